// What libFuzzer calls with every input that it makes up. The variable LOCKSTEP_FUZZ_TARGET names the property.
import Glibc

private let property: Property = {
    let name = getenv("LOCKSTEP_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let property = Property(rawValue: name) else {
        fatalError("LOCKSTEP_FUZZ_TARGET is one of \(Property.allCases.map(\.rawValue)), not \"\(name)\"")
    }
    return property
}()

@_cdecl("LLVMFuzzerTestOneInput")
package func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    if let violation = property.violation(by: Array(UnsafeBufferPointer(start: start, count: count))) {
        fatalError(violation)
    }
    return 0
}
