// Values by key that keep the order in which their keys came: what a database table without an explicit order shows.

package struct Register<Value: Sendable>: Sendable {
    package private(set) var keys: [String] = []
    private var values: [String: Value] = [:]

    package init() {}

    package var count: Int { keys.count }

    package subscript(key: String) -> Value? {
        get { values[key] }
        set {
            switch (values[key] == nil, newValue) {
            case (true, let value?):
                keys.append(key)
                values[key] = value
            case (false, let value?): values[key] = value
            case (false, nil):
                keys.removeAll { $0 == key }
                values[key] = nil
            case (true, nil): break
            }
        }
    }

    /// In the order of the keys.
    package var all: [Value] { keys.compactMap { values[$0] } }
}
