// A personal text shows itself to nobody by accident (promise P9).
import Commerce
import Testing

private struct Addressee {
    let name: Personal
    let lines: [Personal]
    let email: Personal?
    let notes: [String: Personal]
}

private let addressee = Addressee(
    name: Personal("Astrid Lind"), lines: [Personal("Storgatan 1")], email: Personal("astrid@example.com"),
    notes: ["door": Personal("4711")])

private func dumped(_ value: some Any) -> String {
    var text = ""
    dump(value, to: &text)
    return text
}

private let renderings: [String] = [
    "\(addressee)", String(describing: addressee), String(reflecting: addressee), dumped(addressee),
    "\(addressee.name)", String(reflecting: addressee.name), dumped(addressee.name), "\(addressee.lines)",
    "\(String(describing: addressee.email))", "\(addressee.notes)", dumped(addressee.notes),
    Mirror(reflecting: addressee).children.map { "\($0)" }.joined(),
    Mirror(reflecting: addressee.name).children.map { "\($0)" }.joined(),
]

@Test(arguments: renderings)
func noRenderingHoldsThePersonalText(_ rendering: String) {
    for text in ["Astrid", "Storgatan", "astrid@", "4711"] { #expect(!rendering.contains(text)) }
}

@Test
func itSaysWhatItIsAndIsRevealedOnRequest() {
    #expect("\(addressee.name)" == "[personal]")
    #expect(addressee.name.reveal() == "Astrid Lind")
    #expect(addressee.name == Personal("Astrid Lind"))
    #expect(addressee.name != Personal("Astrid"))
    #expect(Personal("").isEmpty)
}
