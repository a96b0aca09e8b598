/// Field names the server acts upon, told apart once, while the head is read.
package enum KnownField: UInt8, BitwiseCopyable, Sendable {
    case other
    // Framing and the connection.
    case host, connection, contentLength, contentType, transferEncoding, expect, te, trailer, upgrade
    case keepAlive, proxyConnection
    /// `Proxy`, which would become `HTTP_PROXY` in a CGI environment (CVE-2016-5385); the caller drops it.
    case proxy
    // Read by logs and environ.
    case cookie, userAgent, referer, authorization, date, server
    // What a proxy in front may tell, believed only from trusted peers.
    case forwarded, xForwardedFor, xForwardedProto, xForwardedHost, xForwardedPort, xForwardedPrefix
    case xForwardedScheme, xForwardedSSL, xForwardedServer, xForwardedBy, xRealIP
}

extension KnownField {
    /// Looks a name up, in any case. The caller has seen that its bytes are token characters: then setting bit 5 maps
    /// only letters to letters and nothing else to a letter or a hyphen.
    @inline(__always)
    init(name bytes: Bytes, at offset: Int, count: Int) {
        if count < 8 {
            self.init(short: bytes.word(at: offset, count: count) | caseBits(count), count: count)
        } else {
            let first = bytes.word(at: offset) | caseBits(8)
            let last = bytes.word(at: offset &+ count &- 8) | caseBits(8)
            self.init(first: first, last: last, name: bytes, at: offset, count: count)
        }
    }

    @inline(__always)
    private init(short word: UInt64, count: Int) {
        switch count {
        case 2: self = word == packed("te") ? .te : .other
        case 4: self = word == packed("host") ? .host : word == packed("date") ? .date : .other
        case 5: self = word == packed("proxy") ? .proxy : .other
        case 6:
            self =
                word == packed("cookie")
                ? .cookie : word == packed("expect") ? .expect : word == packed("server") ? .server : .other
        case 7:
            self =
                word == packed("referer")
                ? .referer : word == packed("upgrade") ? .upgrade : word == packed("trailer") ? .trailer : .other
        default: self = .other
        }
    }

    /// `first` and `last` are the outer eight bytes; in names of more than 16 bytes `middle` closes the gap.
    @inline(__always)
    private init(first: UInt64, last: UInt64, name bytes: Bytes, at offset: Int, count: Int) {
        switch first {
        case packed("content-"):
            self = count == 14 && last == packed("t-length") ? .contentLength : .other
            if count == 12 && last == packed("ent-type") { self = .contentType }
        case packed("connecti"): self = count == 10 && last == packed("nnection") ? .connection : .other
        case packed("user-age"): self = count == 10 && last == packed("er-agent") ? .userAgent : .other
        case packed("transfer"):
            let isWhole = count == 17 && bytes[offset &+ 8] == UInt8(ascii: "-")
            self = isWhole && last == packed("encoding") ? .transferEncoding : .other
        case packed("x-forwar"): self.init(forwardedName: bytes, at: offset, last: last, count: count)
        case packed("x-real-i"): self = count == 9 && last == packed("-real-ip") ? .xRealIP : .other
        case packed("forwarde"): self = count == 9 && last == packed("orwarded") ? .forwarded : .other
        case packed("authoriz"): self = count == 13 && last == packed("rization") ? .authorization : .other
        case packed("keep-ali"): self = count == 10 && last == packed("ep-alive") ? .keepAlive : .other
        case packed("proxy-co"): self = count == 16 && last == packed("nnection") ? .proxyConnection : .other
        default: self = .other
        }
    }

    /// The rest of a name that begins with `X-Forwar`.
    private init(forwardedName bytes: Bytes, at offset: Int, last: UInt64, count: Int) {
        let middle = count > 16 ? bytes.word(at: offset &+ 8) | caseBits(8) : 0
        switch (count, last) {
        case (14, packed("arded-by")): self = .xForwardedBy
        case (15, packed("rded-for")): self = .xForwardedFor
        case (15, packed("rded-ssl")): self = .xForwardedSSL
        case (16, packed("ded-host")): self = .xForwardedHost
        case (16, packed("ded-port")): self = .xForwardedPort
        case (17, packed("ed-proto")) where middle == packed("ded-prot"): self = .xForwardedProto
        case (18, packed("d-prefix")) where middle == packed("ded-pref"): self = .xForwardedPrefix
        case (18, packed("d-scheme")) where middle == packed("ded-sche"): self = .xForwardedScheme
        case (18, packed("d-server")) where middle == packed("ded-serv"): self = .xForwardedServer
        default: self = .other
        }
    }
}
