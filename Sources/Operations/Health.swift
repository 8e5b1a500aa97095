// What a health probe is told. `/healthz` says only that the process answers; `/readyz` says whether a delivery could be
// accepted and made durable now, and if not, why.
package import JSON

package struct Readiness: Equatable, Sendable {
    /// Each a sentence for an operator. They are public: no path, no address, no name of a brand.
    package let reasons: [String]

    package init(reasons: [String] = []) {
        self.reasons = reasons
    }

    package var isReady: Bool { reasons.isEmpty }

    /// 200 when ready, 503 otherwise.
    package var status: Int { isReady ? 200 : 503 }

    /// `{"ready":true}` or `{"ready":false,"reasons":[...]}`.
    package var body: [UInt8] {
        var json = JSONWriter()
        json.value(self)
        return json.octets
    }
}

extension Readiness: JSONWritable {
    package func write(into json: inout JSONWriter) {
        json.object { json in
            json.field("ready", isReady)
            if !isReady { json.field("reasons", reasons) }
        }
    }
}
