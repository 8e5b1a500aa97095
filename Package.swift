// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: language mode 6, warnings are errors, and an import that a file does not need in its
/// interface stays out of it (`InternalImportsByDefault`).
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The properties that must hold for any octets: a program for libFuzzer when LOCKSTEP_FUZZ is set (`deploy/test fuzz`),
/// otherwise tests over the inputs that are kept.
let fuzz: Target = {
    let modules: [Target.Dependency] = [
        "HTTP", "Webhooks", "Commerce", "Centra", "Peoplevox", "Outbound", "Journal", "XML", "CSV", "POSIX",
    ]
    return Context.environment["LOCKSTEP_FUZZ"] == nil
        ? .testTarget(
            name: "FuzzTests", dependencies: modules, path: "Tests/Fuzz", exclude: ["Driver", "Corpus"],
            swiftSettings: strict)
        : .executableTarget(
            name: "fuzz", dependencies: modules, path: "Tests/Fuzz", exclude: ["Tests", "Corpus"],
            swiftSettings: strict)
}()

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

// Nothing imports a line above its own. `deploy/test` builds with the import check on, which refuses an import
// that this table does not state.
let package = Package(
    name: "lockstep",
    products: [
        .executable(name: "lockstep", targets: ["lockstep"]),
        .executable(name: "journal-replay", targets: ["journal-replay"]),
        .executable(name: "lockstep-sandbox", targets: ["lockstep-sandbox"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
    ],
    targets: [
        program("lockstep", ["Application", argumentParser]),
        program("journal-replay", ["Application", argumentParser]),
        program("lockstep-sandbox", ["Sandbox", "Outbound", "JSON", "POSIX"]),
        // Makes long journals for `deploy/bench/recovery`; not a product.
        .executableTarget(
            name: "journal-fill", dependencies: ["Application", "Webhooks", "Journal", "Queues", "Commerce", "POSIX"],
            path: "Tests/journal-fill", swiftSettings: strict),
        // Reads and writes tables and dates for `Tests/Contract` and times that for
        // `deploy/bench/formats`; not a product.
        .executableTarget(
            name: "format-check", dependencies: ["Peoplevox", "Outbound", "CSV", "POSIX"],
            path: "Tests/format-check",
            swiftSettings: strict),
        module(
            "Application",
            [
                "Operations", "Ledger", "Workflows", "Centra", "Peoplevox", "Webhooks", "EventLoop", "Journal",
                "Queues",
                "Outbound", "Commerce", "CSV", "JSON", "HTTP", "POSIX",
            ]),
        // The pretend shop's schema is text, as a server's would be.
        .target(
            name: "Sandbox",
            dependencies: ["Outbound", "EventLoop", "JSON", "XML", "CSV", "HTTP", "Calendar", "POSIX", "COpenSSL"],
            resources: [.embedInCode("Centra/Schema")], swiftSettings: strict),
        module("Ledger", ["Workflows", "Commerce", "JSON", "POSIX", "CSQLite"]),
        module("Operations", ["JSON", "Calendar"]),
        module("Workflows", ["Commerce", "JSON"]),
        // Every GraphQL document that is sent is a file.
        .target(
            name: "Centra", dependencies: ["Outbound", "Commerce", "JSON", "Calendar"],
            resources: [.embedInCode("Documents")],
            swiftSettings: strict),
        module("Peoplevox", ["Outbound", "Commerce", "XML", "CSV", "Calendar", "POSIX"]),
        module("Outbound", ["Calendar", "POSIX", "CCurl"]),
        module("Webhooks", ["Commerce", "COpenSSL", "CXXHash", "CZlib"]),
        module("EventLoop", ["HTTP", "POSIX"]),
        module("Journal", ["POSIX", "CChecksum"]),
        module("Queues"),
        module("Commerce"),
        module("HTTP", ["Calendar"]),
        module("JSON"),
        module("XML", ["CExpat"]),
        module("CSV"),
        module("Calendar"),
        module("POSIX", ["CPOSIX"]),

        // What several of the tests need.
        .target(name: "TestSupport", dependencies: ["Journal", "POSIX"], path: "Tests/Support", swiftSettings: strict),
        tests("HTTPTests", ["HTTP"]),
        tests("QueuesTests", ["Queues", "TestSupport"]),
        tests("JournalTests", ["Journal", "POSIX"]),
        tests("WebhooksTests", ["Webhooks", "HTTP", "Commerce", "CZlib"]),
        tests("TranslationTests", ["Centra", "Peoplevox", "Commerce"]),
        tests("CommerceTests", ["Commerce"]),
        tests("FormatsTests", ["JSON", "XML", "CSV"]),
        tests("OutboundTests", ["Outbound", "POSIX", "TestSupport"]),
        tests("CentraTests", ["Centra", "Outbound", "Commerce", "JSON", "POSIX", "TestSupport"]),
        tests("PeoplevoxTests", ["Peoplevox", "Outbound", "Commerce", "XML", "CSV", "POSIX"]),
        tests("SandboxTests", ["Sandbox", "Outbound", "JSON", "XML", "CSV", "HTTP", "POSIX"]),
        // The clients against the sandbox.
        tests("PartnersTests", ["Sandbox", "Centra", "Peoplevox", "Outbound", "Commerce", "JSON", "POSIX"]),
        tests(
            "ApplicationTests",
            [
                "Application", "Operations", "Ledger", "Workflows", "Webhooks", "EventLoop", "Journal", "Queues",
                "Commerce",
                "JSON", "HTTP", "POSIX", "TestSupport",
            ]),
        // The doctor and the sandbox's partners.
        tests(
            "DoctorTests",
            ["Application", "Operations", "Sandbox", "Centra", "Peoplevox", "Outbound", "JSON", "POSIX"]),
        tests("StockTests", ["Workflows", "Commerce", "JSON"]),
        // The whole program in a world that is made up, from a seed (`deploy/test simulation`); the program is not a product.
        .target(
            name: "Simulation",
            dependencies: [
                "Application", "Operations", "Workflows", "Sandbox", "Centra", "Peoplevox", "Webhooks", "EventLoop",
                "Journal", "Queues", "Outbound", "Commerce", "JSON", "HTTP", "POSIX", "TestSupport",
            ], path: "Tests/Simulation/Library", swiftSettings: strict),
        .executableTarget(
            name: "simulate", dependencies: ["Simulation", "POSIX", argumentParser], path: "Tests/Simulation/Program",
            swiftSettings: strict),
        .testTarget(
            name: "SimulationTests", dependencies: ["Simulation", "Workflows"], path: "Tests/Simulation/Tests",
            swiftSettings: strict),
        tests("LedgerTests", ["Ledger", "Workflows", "Commerce", "TestSupport"]),
        tests("CalendarTests", ["Calendar"]),
        // A road and the sandbox's partners, without sockets.
        tests(
            "EngineTests",
            [
                "Application", "Sandbox", "Workflows", "Centra", "Peoplevox", "Outbound", "Journal", "Operations",
                "Commerce", "JSON", "POSIX", "TestSupport",
            ]),
        tests("TidyTests", []),
        fuzz,

        .target(name: "CPOSIX"),
        .target(name: "CChecksum", linkerSettings: [.linkedLibrary("z")]),
        // libcurl (libcurl4-openssl-dev for its headers) is loaded with the first call, not linked.
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl")]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
    ],
    swiftLanguageModes: [.v6]
)
