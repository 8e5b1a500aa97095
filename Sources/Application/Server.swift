// Starts the road, keeps it running, and ends it in order.
//
// Threads: the main one waits for signals; `network` serves the public listener, `operator` the operator's; `journal`
// commits; `segments` zeroes the next segment and removes old ones; `dispatcher` owns the queues.
import EventLoop
import HTTP
package import Journal
package import Operations
package import POSIX
import Queues
import Synchronization
import Webhooks
import Workflows

/// Why a server could not start, or had to end.
package enum ServerFailure: Error, Sendable, CustomStringConvertible {
    case configuration(ConfigurationMistakes)
    case journal(JournalFailure, directory: String)
    case listen(ListenAddress, Errno)
    case system(Errno)
    case cryptography

    package var description: String {
        switch self {
        case .configuration(let mistakes): "\(mistakes)"
        case .journal(let failure, let directory): "the journal in \(directory): \(failure)"
        case .listen(let address, let errno): "cannot listen on \(address): \(errno)"
        case .system(let errno): "the system refused: \(errno)"
        case .cryptography: "libcrypto refused to work"
        }
    }
}

package enum Server {
    package static let version = "0.1.0"
    /// sysexits.h: an input/output error; also what a supervisor sees after a failed sync.
    static let failedStatus: Int32 = 74
    /// Milliseconds for the last 503s to leave after the journal has failed.
    private static let failureGrace = 200

    /// Runs until SIGTERM or SIGINT; returns after draining.
    package static func run(configurationPath: String?, secretsPath: String?, log: Log) throws(ServerFailure) {
        Signal.blockAll()
        let configuration = try loadConfiguration(configurationPath, secretsPath, log)
        let road = try Road(
            configuration, log: log, secrets: { SecretsFile.values(of: secretsPath) + Process.environmentValues })
        let parts = try road.start()
        log.acquaintance(of: configuration)
        while Signal.wait() == .reload {
            reload(road, configurationPath, secretsPath, log)
        }
        parts.drain()
        log.info("stopped", [:])
    }

    static func loadConfiguration(
        _ path: String?, _ secretsPath: String?, _ log: Log
    ) throws(ServerFailure) -> Configuration {
        do throws(ConfigurationMistakes) {
            let (configuration, warnings) = try Configuration.load(path: path, secretsPath: secretsPath)
            for warning in warnings { log.warning("configuration warning", ["text": .string(warning)]) }
            return configuration
        } catch { throw .configuration(error) }
    }

    /// Takes over brands and secrets; everything else needs a restart. A bad configuration changes nothing.
    private static func reload(_ road: Road, _ path: String?, _ secretsPath: String?, _ log: Log) {
        do throws(ServerFailure) {
            let configuration = try loadConfiguration(path, secretsPath, log)
            do throws(CryptographyFailure) {
                _ = try BrandTable(configuration, counters: CounterBoard())
            } catch { throw .cryptography }
            road.offer(configuration.keepingServer(of: road.configuration))
            for section in road.configuration.sectionsThatNeedARestart(toBecome: configuration) {
                log.warning("a changed setting takes effect at the next start", ["section": .string(section)])
            }
            log.notice("configuration reloaded", ["brands": .int(configuration.brands.count)])
            log.acquaintance(of: configuration)
        } catch {
            log.error("configuration refused, the old one stays", [:])
            for line in "\(error)".split(separator: "\n") {
                log.error("configuration mistake", ["text": .string(String(line))])
            }
        }
    }

    /// P10: nothing may be acknowledged any more. Gives the waiting senders their 503, then ends the process.
    static func end(after failure: JournalFailure, log: Log) {
        log.error("journal failed, intake stopped", ["text": .string("\(failure)")])
        let thread = try? Thread(named: "ending") {
            Thread.sleep(milliseconds: failureGrace)
            Process.exitNow(failedStatus)
        }
        if thread == nil { Process.exitNow(failedStatus) }
    }
}

extension Configuration {
    /// The listeners keep their settings, so what the brands take from them stays the same too.
    fileprivate func keepingServer(of running: Configuration) -> Configuration {
        var kept = self
        kept.server = running.server
        return kept
    }

    /// Brands and secrets are taken over by a reload; the rest is read at the start.
    fileprivate func sectionsThatNeedARestart(toBecome other: Configuration) -> [String] {
        var sections: [String] = []
        if server != other.server { sections.append("server") }
        if journal != other.journal { sections.append("journal") }
        if queues != other.queues { sections.append("queues") }
        return sections + brandsThatNeedARestart(toBecome: other).map { "brand \($0)" }
    }
}

extension Configuration {
    /// Brands whose partners or workflows are other ones now: their clients and engines are made at the start.
    private func brandsThatNeedARestart(toBecome other: Configuration) -> [String] {
        func running(_ brands: [Brand]) -> [String: Brand] {
            Dictionary(brands.filter { $0.mode == .live }.map { ($0.name, $0) }) { $1 }
        }
        let (before, after) = (running(brands), running(other.brands))
        return Set(before.keys).union(after.keys).sorted().filter { name in
            guard let one = before[name], let two = after[name] else { return true }
            return one.stock != two.stock || one.partners.withoutLogin != two.partners.withoutLogin
        }
    }
}

extension Configuration.Brand.Partners {
    /// Peoplevox's user and password are taken over by a reload.
    fileprivate var withoutLogin: Configuration.Brand.Partners {
        var partners = self
        partners.peoplevox?.user = ""
        partners.peoplevox?.password = Credential("")
        partners.peoplevox?.passwordMode = .base64
        return partners
    }
}

/// Hands a value that cannot be copied to the thread that will own it.
final class Handover<Value: ~Copyable & Sendable>: Sendable {
    private let value: Mutex<Value?>

    init(_ value: consuming sending Value) {
        self.value = Mutex(consume value)
    }

    func take() -> Value {
        guard let value = value.withLock({ $0.take() }) else { preconditionFailure("taken once") }
        return value
    }
}
