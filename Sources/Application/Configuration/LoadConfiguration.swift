// The thin part that touches files and the environment.
import POSIX

extension Configuration {
    /// Reads the configuration file and the secrets file.
    ///
    /// - Parameters:
    ///   - path: nil for the embedded `defaultText`.
    ///   - secretsPath: its variables come before those of the environment; nil for the environment alone.
    /// - Returns: the configuration, and warnings, one text each.
    package static func load(
        path: String?, secretsPath: String?
    ) throws(ConfigurationMistakes) -> (configuration: Configuration, warnings: [String]) {
        let secrets = SecretsFile(path: secretsPath)
        var mistakes = Findings.sorted(secrets.findings.mistakes)
        let lookup: SecretLookup = { name in
            let value = secrets.values[name] ?? ""
            return value.isEmpty ? Process.environment(name) : value
        }
        do throws(ConfigurationMistakes) {
            let text = try path.map(contents) ?? Array(defaultText.utf8)
            let loaded = try read(text: text, fileName: path ?? "embedded configuration", secrets: lookup)
            let (warnings, tooFew) = descriptorFindings(for: loaded.configuration, path)
            mistakes += tooFew
            if mistakes.isEmpty { return (loaded.configuration, loaded.warnings + warnings) }
        } catch {
            mistakes += error.mistakes
        }
        throw ConfigurationMistakes(mistakes: mistakes)
    }

    /// Whether the process can have the connections that it is to have.
    private static func descriptorFindings(
        for configuration: Configuration, _ path: String?
    ) -> (warnings: [String], mistakes: [ConfigurationMistake]) {
        let limit = Process.largestDescriptorLimit()
        switch Descriptors.check(wanted: configuration.server.connectionLimit, within: limit) {
        case .enough: return ([], [])
        case .fewer(let text): return ([text], [])
        case .tooFew(let text): return ([], [ConfigurationMistake(file: path ?? "limits", line: nil, text: text)])
        }
    }

    /// Reads the configuration without its secrets, for a program that only needs to know where things are.
    package static func loadWithoutSecrets(path: String?) throws(ConfigurationMistakes) -> Configuration {
        let text = try path.map(contents) ?? Array(defaultText.utf8)
        return try read(text: text, fileName: path ?? "embedded configuration") { name in
            // The one variable that is no secret: where the journal is.
            guard name == "LOCKSTEP_JOURNAL" else { return "left out on purpose" }
            return Process.environment(name) ?? "/var/lib/lockstep/journal"
        }.configuration
    }

    private static func contents(of path: String) throws(ConfigurationMistakes) -> [UInt8] {
        do throws(Errno) {
            return try Files.open(path, .read).contents(limit: ConfigurationText.octetLimit)
        } catch {
            let mistake = ConfigurationMistake(file: path, line: nil, text: "cannot be read: \(error)")
            throw ConfigurationMistakes(mistakes: [mistake])
        }
    }
}

extension SecretsFile {
    /// What all variables hold in a file that was read before without mistakes.
    static func values(of path: String?) -> [String] { Array(SecretsFile(path: path).values.values) }

    /// What the file says; without a path, nothing.
    fileprivate init(path: String?) {
        guard let path else {
            self.init([], fileName: "", mode: 0o600)
            return
        }
        do throws(Errno) {
            let file = try Files.open(path, .read)
            // The mode of what is read, not of what has the name by then.
            self.init(
                try file.contents(limit: SecretsFile.octetLimit), fileName: path, mode: try file.mode())
        } catch {
            self.init(unreadable: path, because: error.description)
        }
    }
}

extension FileDescriptor {
    /// To the end of the file, or a little more than `limit` octets when there are more.
    fileprivate borrowing func contents(limit: Int) throws(Errno) -> [UInt8] {
        var octets: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while octets.count <= limit {
            let count = try read(into: &chunk)
            if count == 0 { break }
            octets += chunk[..<count]
        }
        return octets
    }
}
