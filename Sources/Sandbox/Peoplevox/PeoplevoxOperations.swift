// What each operation does, once the envelope is read: everything that goes wrong from here on is a `ResponseId` of -1.
import CSV

extension PeoplevoxCore {
    mutating func perform(_ call: SOAPRequest, _ moment: Moment) -> SOAPResult {
        if call.operation.name == "Authenticate" { return authenticate(call, moment) }
        let isKnown = call.clientId == tenant.clientId
        let refusal = sessions.use(
            isKnown ? call.sessionId : nil, lifetime: switches.sessionMilliseconds, now: moment.monotonicMilliseconds)
        if let refusal {
            counters.sessionFailures += 1
            return .failure(refusal)
        }
        switch call.operation.name {
        case "GetData", "GetReportData": return read(call)
        case "GetReportColumns": return reportColumns(call)
        case "GetSaveTemplate": return saveTemplate(call)
        case "SaveData": return save(call, moment)
        case "UnsubscribeEvent": return unsubscribe(call)
        default: return subscribe(call)
        }
    }

    private mutating func authenticate(_ call: SOAPRequest, _ moment: Moment) -> SOAPResult {
        let user = call.values["username"] ?? ""
        let isKnown = call.values["clientId"] == tenant.clientId
        let opened = sessions.open(
            user: isKnown ? user : "", password: call.values["password"] ?? "", tenant, switches,
            now: moment.monotonicMilliseconds, &chance)
        switch opened {
        case .success(let session): return SOAPResult("\(tenant.clientId),\(session)", totalCount: 1)
        case .failure(let refusal):
            counters.refusedLogins += 1
            return .failure(refusal.text)
        }
    }

    private func saveTemplate(_ call: SOAPRequest) -> SOAPResult {
        let name = call.values["templateName"] ?? ""
        guard let columns = tenant.saveColumns[name] else { return .failure("Template \(name) was not found") }
        return SOAPResult(columns.joined(separator: ","))
    }

    private func reportColumns(_ call: SOAPRequest) -> SOAPResult {
        let name = call.values["templateName"] ?? ""
        guard let titles = report(name)?.columns else { return .failure("Report \(name) was not found") }
        return SOAPResult(titles.joined(separator: ","))
    }

    // MARK: - Saving

    private mutating func save(_ call: SOAPRequest, _ moment: Moment) -> SOAPResult {
        let template = call.values["TemplateName"] ?? ""
        guard let action = SaveAction(rawValue: call.int("Action")) else { return .failure("Unknown action") }
        let table: Listing
        do throws(CSVMistake) {
            let read = try CSVTable(reading: Array((call.values["CsvData"] ?? "").utf8), lastLine: .mayEndWithText)
            table = Listing(read.columns, read.rows.map { $0.cells.map(Cell.text) })
        } catch {
            return .failure("CsvData: \(error)")
        }
        if switches.queuesImports { return queued(template, table, action, moment) }
        setClock(moment)
        let outcome = warehouse.save(template, table, configured: tenant.saveColumns[template], action: action)
        counters.rowsSaved += outcome.saved
        return result(outcome)
    }

    private func result(_ outcome: SaveOutcome) -> SOAPResult {
        var result = SOAPResult(outcome.detail, totalCount: outcome.saved)
        result.responseId = outcome.isComplete ? 0 : -1
        result.statuses = outcome.rows.filter { $0.refusal == nil || !switches.omitsRefusedStatuses }
            .map { ($0.reference, $0.refusal == nil) }
        if switches.reversesStatuses { result.statuses.reverse() }
        return result
    }

    /// Everything is reported as saved, and nothing is, yet.
    private mutating func queued(
        _ template: String, _ table: Listing, _ action: SaveAction, _ moment: Moment
    ) -> SOAPResult {
        let dueAt = moment.monotonicMilliseconds + Int64(switches.queueMilliseconds)
        queue.append(QueuedImport(dueAt: dueAt, template: template, table: table, action: action))
        let column = table.index(of: WarehouseState.reference(of: template))
        var result = SOAPResult("", totalCount: table.rows.count)
        result.statuses = table.rows.map { row in (column.map { CellStyle().text(row[$0]) } ?? "", true) }
        result.importingQueueId = nextQueueId
        nextQueueId += 1
        return result
    }

    // MARK: - Subscriptions

    private mutating func subscribe(_ call: SOAPRequest) -> SOAPResult {
        let isPost = call.operation.name == "SubscribePostEvent"
        let url = call.values[isPost ? "postUrl" : "callbackUrl"] ?? ""
        guard let kind = Change.Kind(rawValue: call.values["eventType"] ?? ""), !url.isEmpty else {
            return .failure("A callback needs a URL")
        }
        var site: String?
        if let filter = call.values["sitesFilter"], !filter.isEmpty {
            site = self.site(inFilter: filter)
            if site == nil { return .failure("The sites filter could not be read") }
        }
        let id = nextSubscription
        nextSubscription += 1
        subscriptions.append(
            PeoplevoxSubscription(
                id: id, kind: kind, method: isPost ? .post(parameters: call.values["postParams"] ?? "") : .get,
                url: url,
                encodes: ["true", "1"].contains(call.values["encodeParameterData"] ?? ""), site: site))
        return SOAPResult(String(id))
    }

    /// `Site.Reference = "PrimarySite"`, the one filter that is known to work.
    private func site(inFilter filter: String) -> String? {
        let parts = filter.split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].filter({ $0 != " " }) == "Site.Reference=" else { return nil }
        return String(parts[1])
    }

    private mutating func unsubscribe(_ call: SOAPRequest) -> SOAPResult {
        let id = call.int("subscriptionId")
        let isKnown = subscriptions.contains { $0.id == id }
        subscriptions.removeAll { $0.id == id }
        guard isKnown || !switches.refusesUnknownSubscription else {
            return .failure("Subscription \(id) was not found")
        }
        return SOAPResult("True")
    }

    /// What the changes since the last time have to say to whom.
    mutating func takeDeliveries() -> [Delivery] {
        let changes = warehouse.changes
        guard !changes.isEmpty else { return [] }
        warehouse.changes = []
        guard switches.sendsCallbacks else { return [] }
        let writer = CallbackWriter(dates: tenant.style.dates, switches: switches)
        let deliveries = changes.flatMap { change in
            subscriptions.filter { $0.wants(change) }.map { writer.delivery(of: change, to: $0) }
        }
        counters.callbacks += deliveries.count
        return deliveries
    }
}
