// Text that came from outside, made fit for a log line or a terminal.

/// `text` without anything that moves a cursor, starts an escape sequence, turns the writing direction or breaks a
/// line, cut between two characters to at most `limit` octets of UTF-8. What was taken out shows as U+FFFD, what was
/// cut off as `…`.
package func printable(_ text: some StringProtocol, limit: Int) -> String {
    let ellipsis = "…"
    precondition(limit >= ellipsis.utf8.count, "there is room for the sign that something is missing")
    if text.utf8.count <= limit, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return String(text) }
    var kept = ""
    var keptWithRoom = ""
    for scalar in text.unicodeScalars {
        kept.unicodeScalars.append(isPrintable(scalar) ? scalar : "\u{FFFD}")
        if kept.utf8.count > limit { return keptWithRoom + ellipsis }
        if kept.utf8.count <= limit - ellipsis.utf8.count { keptWithRoom = kept }
    }
    return kept
}

private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return (0x20...0x7E).contains(scalar.value) }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: false
    default: true
    }
}
