// What the log says of a reconciliation: one line, and louder when somebody should look.
import Operations
import Workflows

extension Log {
    func note(_ report: StockReconciliation, of brand: String) {
        let fields: KeyValuePairs<StaticString, LogValue> = [
            "brand": .string(brand), "run": .int(Int(clamping: report.run)),
            "verdict": .string(report.verdict.rawValue),
            "compared": .int(report.compared), "agreed": .int(report.agreed),
            "differences": .int(report.disagreements), "corrected": .int(report.corrected),
            "seconds": .int(Int(clamping: (report.ended - report.began) / 1_000_000)),
        ]
        if let trouble = report.warehouse.trouble ?? report.shop.trouble {
            warning("stock could not be compared in full", ["brand": .string(brand), "text": .string(trouble)])
        }
        if case .held(let reason) = report.correction {
            warning(
                "stock is not put right before somebody agrees", ["brand": .string(brand), "text": .string(reason)])
        }
        if let silence = report.silence {
            warning("events of Peoplevox stay away", ["brand": .string(brand), "text": .string(silence)])
        }
        notice("stock compared", fields)
    }
}
