// An explanation as people and as machines read it.
import JSON
package import Ledger
import Operations

package struct SKUExplanation: Sendable {
    let brand: String
    package let story: SKUStory
    let zone: String
    let at: Timestamp?
    /// What a reader should know about where it is from.
    package let notes: [String]
    /// Names that were perhaps meant.
    let near: [String]
    let times: StoryTimes

    package var isKnown: Bool { !story.lines.isEmpty }

    package var lines: [String] {
        let moment = at.map { ", as known at \(times.full($0.microseconds))" } ?? ""
        let head = ["\(printable(story.sku, limit: 200)) of \(brand)\(moment); times are \(zone)", ""]
        let width = story.lines.map { "\($0.record)".count }.max() ?? 0
        let body = story.lines.map { line in
            let record = "\(line.record)"
            let padding = String(repeating: " ", count: width - record.count)
            return "\(times.full(line.time))  \(padding)\(record)  \(printable(line.text, limit: 400))"
        }
        let space = body.isEmpty ? [] : [""]
        return head + body + space + story.conclusions.map { printable($0, limit: 1_000) } + nearLine
    }

    private var nearLine: [String] {
        near.isEmpty ? [] : ["Perhaps you mean \(near.map { printable($0, limit: 200) }.joined(separator: ", "))."]
    }

    package var jsonLine: String {
        let octets = JSONWriter.line { json in
            json.field("sku", story.sku)
            json.field("brand", brand)
            json.field("at", at?.description)
            json.array("story") { json in
                for line in story.lines {
                    json.object { json in
                        json.field("record", line.record)
                        json.field("time", Timestamp(microseconds: line.time).description)
                        json.field("text", line.text)
                    }
                }
            }
            json.field("zone", zone)
            json.array("conclusions") { for sentence in story.conclusions { $0.value(sentence) } }
            json.array("near") { for name in near { $0.value(name) } }
            json.array("notes") { for note in notes { $0.value(note) } }
        }
        return String(decoding: octets.dropLast(), as: UTF8.self)
    }
}
