import Peers
import Settings

/// What Django's settings mean together with plait's.
enum DjangoFinding: Equatable {
    case debugOff
    case debugPrivate
    case debugPublic(Endpoint)
    case everyHost
    case noHost
    case hosts(String)
    case staticFilesNowhere
    case staticFilesNotCollected(String)
    case staticFiles(String)

    /// The header that is to say "https" never reaches Django: nobody is believed.
    case secureHeaderFromNobody(String)

    /// Nor does it where the other family of headers is believed.
    case secureHeaderOfOtherFamily(String, ForwardedFamily)

    /// Clients reach the port, or proxies on other machines, and only this machine's are believed.
    case secureHeaderFromHereOnly(String, Endpoint)

    /// Whoever reaches the port may say that it came by https.
    case secureHeaderFromEverybody(String)
    case secureHeader(String)

    /// Another header than the forwarded ones, which plait takes away from strangers.
    case secureHeaderOfClients(String)

    /// Everything is redirected to https, and no proxy is believed that a request came by it.
    case redirectsForEver

    var level: Finding.Level {
        switch self {
        case .debugOff, .hosts, .staticFiles, .secureHeader: .ok
        case .debugPrivate, .everyHost, .staticFilesNowhere, .staticFilesNotCollected, .secureHeaderFromHereOnly,
            .secureHeaderFromEverybody, .secureHeaderOfClients:
            .warning
        case .debugPublic, .noHost, .secureHeaderFromNobody, .secureHeaderOfOtherFamily, .redirectsForEver: .problem
        }
    }

    /// - Parameter facts: as `_examination.py` tells them; none where there is no Django.
    static func all(_ facts: [String: String], _ settings: ServeSettings) -> [DjangoFinding] {
        guard let debug = facts["django.debug"], let hosts = facts["django.hosts"] else { return [] }
        let isDebugging = debug == "yes"
        return [debugging(isDebugging, settings)] + allowed(hosts, isDebugging)
            + staticFiles(facts["django.static"] ?? "unused", isDebugging)
            + secureHeader(facts["django.ssl-header"] ?? "", settings)
            + (facts["django.ssl-redirect"] == "yes" ? redirecting(settings.trust) : [])
    }

    private static func debugging(_ isDebugging: Bool, _ settings: ServeSettings) -> DjangoFinding {
        guard isDebugging else { return .debugOff }
        return settings.listening.endpoints.first(where: \.isPublic).map(DjangoFinding.debugPublic) ?? .debugPrivate
    }

    /// With DEBUG an empty list stands for this machine's own names.
    private static func allowed(_ hosts: String, _ isDebugging: Bool) -> [DjangoFinding] {
        if hosts.split(separator: ",").contains("*") { return [.everyHost] }
        if hosts.isEmpty { return isDebugging ? [] : [.noHost] }
        return [.hosts(hosts)]
    }

    private static func staticFiles(_ text: String, _ isDebugging: Bool) -> [DjangoFinding] {
        guard !isDebugging else { return [] }
        if text == "nowhere" { return [.staticFilesNowhere] }
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return [] }
        return [parts[0] == "empty" ? .staticFilesNotCollected(parts[1]) : .staticFiles(parts[1])]
    }

    private static func redirecting(_ trust: ServeSettings.Trust) -> [DjangoFinding] {
        trust.forwarded == .off || trust.peers == .nobody ? [.redirectsForEver] : []
    }

    /// - Parameter header: as `HTTP_X_FORWARDED_PROTO,https`.
    private static func secureHeader(_ header: String, _ settings: ServeSettings) -> [DjangoFinding] {
        let name = header.split(separator: ",").first.map(String.init) ?? ""
        let family: ForwardedFamily
        switch name {
        case "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_SSL", "HTTP_X_FORWARDED_SCHEME": family = .x
        case "HTTP_FORWARDED": family = .rfc7239
        case "": return []
        default: return [.secureHeaderOfClients(name)]
        }
        let trust = settings.trust
        if trust.forwarded != family { return [.secureHeaderOfOtherFamily(name, trust.forwarded)] }
        if trust.peers == .nobody { return [.secureHeaderFromNobody(name)] }
        if trust.peers.everyone { return [.secureHeaderFromEverybody(name)] }
        let hasRemote = trust.peers.blocks.contains { !$0.base.isLoopback }
        if let endpoint = settings.listening.endpoints.first(where: \.isPublic), !hasRemote {
            return [.secureHeaderFromHereOnly(name, endpoint)]
        }
        return [.secureHeader(name)]
    }
}

extension Endpoint {
    /// Whether others than this machine reach it, as far as its text says; one that is handed over is not known.
    var isPublic: Bool {
        guard case .internet(let internet) = socket else { return false }
        switch internet.interface {
        case .dualStack, .everyIPv4, .everyIPv6: return true
        case .address(let address): return !address.isLoopback
        case .name(let name): return name != "localhost"
        }
    }
}
