// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target is held to. Exclusivity is checked by the compiler; the run-time check costs a call per
/// field of a class, which the data path cannot pay (docs/decisions/0001-own-reactor.md).
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-enforce-exclusivity=unchecked", "-cross-module-optimization"], .when(configuration: .release)),
]

/// A release is linked with libstdc++ and libgcc inside, as it is with the Swift runtime: it needs glibc, and nothing
/// else. `scripts/link` holds what the linker is to find for `-lstdc++`.
let selfContained: [LinkerSetting] = [
    .unsafeFlags(
        ["-L", "\(Context.packageDirectory)/scripts/link", "-Xclang-linker", "-static-libgcc"],
        .when(configuration: .release))
]

func target(_ name: String, imports: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: imports, swiftSettings: strict)
}

func tests(_ name: String, imports: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: imports, swiftSettings: strict)
}

let package = Package(
    name: "plait",
    products: [
        .executable(name: "plait", targets: ["plait"]),
        .library(name: "PythonBridge", type: .dynamic, targets: ["PythonBridge"]),
    ],
    targets: [
        // The C borders.
        .target(name: "CLinux"),
        .systemLibrary(name: "CPython", pkgConfig: "python3", providers: [.apt(["python3-dev"])]),

        // Pure: bytes in, decisions out.
        target("Peers"),
        target("Settings", imports: ["Peers"]),
        target("HTTP"),
        target("Gateway"),

        // The exchange and both of its sides.
        target("Exchange", imports: ["CLinux"]),
        target("Dispatch"),
        target("Reactor", imports: ["CLinux"]),
        target("Serving", imports: ["Reactor", "HTTP", "Peers", "Dispatch", "Exchange", "CLinux"]),
        .target(
            name: "PythonBridge",
            dependencies: ["Exchange", "Gateway", "CPython", "CLinux"],
            swiftSettings: strict,
            // Without a name of its own the linker writes in the path of the machine it was built on.
            linkerSettings: selfContained + [
                .unsafeFlags(["-static-stdlib", "-Xlinker", "-soname=_bridge.abi3.so"])
            ]),

        // The processes.
        target("Supervision", imports: ["CLinux"]),
        .executableTarget(
            name: "plait",
            dependencies: [
                "Settings", "Supervision", "Serving", "Dispatch", "Exchange", "HTTP", "Peers", "Reactor", "CLinux",
            ],
            swiftSettings: strict,
            linkerSettings: selfContained),

        // What tests of several targets need.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),

        tests("PeersTests", imports: ["Peers"]),
        tests("SettingsTests", imports: ["Settings", "Peers"]),
        tests("HTTPTests", imports: ["HTTP"]),
        tests("GatewayTests", imports: ["Gateway"]),
        tests("ExchangeTests", imports: ["Exchange", "CLinux", "TestSupport"]),
        tests("DispatchTests", imports: ["Dispatch"]),
        tests("ReactorTests", imports: ["Reactor", "CLinux", "TestSupport"]),
        tests("ServingTests", imports: ["Serving", "HTTP", "Peers", "Reactor", "CLinux", "TestSupport"]),
        tests("SupervisionTests", imports: ["Supervision", "CLinux"]),
    ],
    swiftLanguageModes: [.v6]
)
