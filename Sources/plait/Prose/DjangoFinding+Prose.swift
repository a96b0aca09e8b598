import Peers
import Settings

extension DjangoFinding {
    var lines: ErrorLines {
        switch self {
        case .debugOff: ErrorLines("Django: DEBUG is off")
        case .debugPrivate:
            ErrorLines(
                "Django: DEBUG is on: errors show code and settings to whoever reaches this machine's endpoints",
                hint: "DEBUG = False, unless this is for development")
        case .debugPublic(let endpoint):
            ErrorLines(
                "Django: DEBUG is on, and others reach endpoint \(endpoint.text): errors show them code and settings",
                hint: "DEBUG = False, or -p 127.0.0.1:8080")
        case .everyHost:
            ErrorLines(
                "Django: ALLOWED_HOSTS holds *, so that any Host is believed",
                hint: "the names that the site has")
        case .noHost:
            ErrorLines(
                "Django: ALLOWED_HOSTS is empty, so that every request is answered 400",
                hint: "the names that the site has")
        case .hosts(let hosts): ErrorLines("Django: ALLOWED_HOSTS are \(hosts)")
        case .staticFilesNowhere, .staticFilesNotCollected, .staticFiles: staticLines
        default: secureLines
        }
    }

    private var staticLines: ErrorLines {
        switch self {
        case .staticFilesNowhere:
            ErrorLines(
                "Django: STATIC_ROOT is not set, so that static files cannot be collected",
                hint: "STATIC_ROOT = BASE_DIR / \"static\", then manage.py collectstatic")
        case .staticFilesNotCollected(let path):
            ErrorLines("Django: STATIC_ROOT \(quoted(path)) is empty", hint: "manage.py collectstatic")
        case .staticFiles(let path): ErrorLines("Django: static files are collected in \(path)")
        default: ErrorLines("")
        }
    }

    private var secureLines: ErrorLines {
        let setting = "Django: SECURE_PROXY_SSL_HEADER"
        switch self {
        case .secureHeader(let name): return ErrorLines("\(setting) is \(name), from trusted proxies only")
        case .secureHeaderFromNobody(let name):
            return ErrorLines(
                "\(setting) is \(name), and --trusted-proxies trusts nobody: the header never arrives",
                hint: "--trusted-proxies with the proxy's address")
        case .secureHeaderOfOtherFamily(let name, let family):
            return ErrorLines(
                "\(setting) is \(name), and --forwarded \(family.rawValue) lets it never arrive",
                hint: "--forwarded x for X-Forwarded-Proto")
        case .secureHeaderFromHereOnly(let name, let endpoint):
            return ErrorLines(
                "\(setting) is \(name), others reach endpoint \(endpoint.text), and only proxies on this machine "
                    + "are believed",
                hint: "--trusted-proxies with the proxy's address")
        case .secureHeaderFromEverybody(let name):
            return ErrorLines(
                "\(setting) is \(name), and --trusted-proxies believes everybody who reaches the port",
                hint: "the proxy's address in place of *")
        case .secureHeaderOfClients(let name):
            return ErrorLines(
                "\(setting) is \(name), which any client may send",
                hint: "HTTP_X_FORWARDED_PROTO, which plait takes from trusted proxies only")
        case .redirectsForEver:
            return ErrorLines(
                "Django: SECURE_SSL_REDIRECT is on, and no proxy is believed: every request is redirected for ever",
                hint: "--trusted-proxies with the address of the proxy that ends TLS")
        default: return ErrorLines("")
        }
    }
}
