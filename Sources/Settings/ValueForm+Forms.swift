import Peers

// The forms in use.

extension ValueForm where Value == Int {
    static func number(_ range: ClosedRange<Int>) -> ValueForm {
        ValueForm("N", accepted: "a whole number from \(range.lowerBound) to \(range.upperBound)") {
            wholeNumber($0[...], in: range)
        }
    }
}

extension ValueForm where Value == Int? {
    static func numberOrOff(_ range: ClosedRange<Int>) -> ValueForm {
        let accepted = "a whole number from \(range.lowerBound) to \(range.upperBound), or off"
        return ValueForm("N|off", accepted: accepted) { text throws(ValueError) in
            if text == "off" { return nil }
            guard let number = wholeNumber(text[...], in: range) else { throw .notOfTheForm }
            return number
        }
    }
}

extension ValueForm where Value == Bool {
    /// The words that variables are usually given besides `on` and `off`.
    static let onOff = ValueForm("[=on|off]", accepted: "on or off") { text in
        switch text.lowercased() {
        case "on", "1", "true", "yes": true
        case "off", "0", "false", "no": false
        default: nil
        }
    }
}

extension ValueForm where Value == Watch.Word {
    static let watch = ValueForm(
        "[GLOB…]", accepted: "on, off, poll, or patterns of files besides *.py, as *.html or templates/**"
    ) { Watch.Word($0) }
}

extension ValueForm where Value == Duration {
    /// A time that may be nothing.
    static let time = ValueForm("TIME", accepted: "a time such as 500ms, 25s, 2m, 1h, or seconds as 0 or 2.5") {
        Duration(settingText: $0)
    }

    /// A time after which something is given up; nothing could be done in none.
    static let timeout = ValueForm("TIME", accepted: "a time above 0 such as 500ms, 25s, 2m, 1h, or seconds as 2.5") {
        Duration(settingText: $0).flatMap { $0 > .zero ? $0 : nil }
    }
}

extension ValueForm where Value == ByteCount {
    static let anySize = ValueForm("SIZE", accepted: "a size in bytes or as 64k, 16m, 1g") { ByteCount($0) }

    static func size(_ range: ClosedRange<ByteCount>) -> ValueForm {
        let accepted = "a size from \(range.lowerBound) to \(range.upperBound), in bytes or as 64k, 16m, 1g"
        return ValueForm("SIZE", accepted: accepted) { text in
            ByteCount(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension ValueForm where Value: RawRepresentable<String> & CaseIterable {
    static var choice: ValueForm {
        let words = Value.allCases.map(\.rawValue)
        return ValueForm(words.joined(separator: "|"), accepted: words.joined(separator: ", ")) {
            Value(rawValue: $0)
        }
    }
}

extension ValueForm {
    /// `[PATH=]VALUE`; without a path the value holds for every path.
    static func byPath<Ruled>(_ form: ValueForm<Ruled>) -> ValueForm where Value == PathRule<Ruled> {
        let accepted = "\(form.accepted); for a part of the site with its path before it, as /upload=VALUE"
        return ValueForm("[PATH=]\(form.placeholder)", accepted: accepted) { text throws(ValueError) in
            guard text.hasPrefix("/"), let equals = text.lastIndex(of: "=") else {
                return PathRule(path: "/", value: try form.parse(text))
            }
            guard let path = RootPath(String(text[..<equals])) else { throw .notOfTheForm }
            let value = try form.parse(String(text[text.index(after: equals)...]))
            return PathRule(path: path.scriptName.isEmpty ? "/" : path.scriptName, value: value)
        }
    }
}

extension ValueForm where Value == Endpoint {
    static let endpoint = ValueForm(
        "ENDPOINT",
        accepted: "8080, HOST:PORT, [::1]:8080, tcp:PORT:interface=HOST, tcp6:PORT, unix:PATH:mode=660, fd:N, "
            + "systemd:name=NAME or haproxy:ENDPOINT:from=CIDR,CIDR"
    ) { text throws(ValueError) in
        do throws(EndpointError) { return try Endpoint(text) } catch { throw .endpoint(error) }
    }
}

extension ValueForm where Value == TrustedPeers {
    static let peers = ValueForm(
        "CIDR,…", accepted: "addresses and blocks such as 10.0.0.0/8 or ::1, unix, or * for everybody, between commas"
    ) { text throws(ValueError) in
        do throws(AddressError) { return try TrustedPeers(text) } catch { throw .address(error) }
    }
}

extension ValueForm where Value == WorkerRange {
    static let workers = ValueForm("N|MIN-MAX", accepted: "a whole number from 1 to 1024, or two as in 2-8") {
        WorkerRange($0)
    }
}

extension ValueForm where Value == AccessLog {
    static let accessLog = ValueForm(
        "off|combined|json[:FILE]", accepted: "off, combined or json, the latter two perhaps with :FILE"
    ) { AccessLog($0) }
}

extension ValueForm where Value == HealthPrefix? {
    static let health = ValueForm(
        "PREFIX|off", accepted: "a path that begins and ends with /, as /-/, or off"
    ) { text throws(ValueError) in
        if text == "off" { return nil }
        guard let prefix = HealthPrefix(text) else { throw .notOfTheForm }
        return prefix
    }
}

extension ValueForm where Value == RootPath {
    static let rootPath = ValueForm("PREFIX", accepted: "/ or a path that begins with /, as /app") { RootPath($0) }
}

extension ValueForm where Value == InstanceName {
    static let instanceName = ValueForm("NAME", accepted: "at most 64 letters, digits, dots, hyphens and underscores") {
        InstanceName($0)
    }
}

extension ValueForm where Value == FileMode {
    static let umask = ValueForm("OCTAL", accepted: "octal permission bits, as 022 or 0077") { FileMode($0) }
}

extension ValueForm where Value == String {
    static func path(_ placeholder: String) -> ValueForm {
        ValueForm(placeholder, accepted: "a path") { $0.isEmpty || $0.utf8.contains(0) ? nil : $0 }
    }
}
