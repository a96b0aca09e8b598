import Settings

extension ErrorLines {
    init(_ error: SettingsError) {
        switch error {
        case .unknownOption(let option, let nearest):
            let otherwise = "`plait help serve` lists the options"
            self.init("unknown option \(quoted(option)); " + nearest.suggestion(otherwise: otherwise))
        case .refusedOption(let option, .requestDeadlineComesLater):
            self.init(
                "\(quoted(option)) is not taken: here no worker is killed for being silent; "
                    + "a time limit for each request (`--deadline`) comes with a later version")
        case .missingValue(let option, let placeholder, let accepted):
            self.init("\(quoted(option)) has no value; accepted: \(option) \(placeholder), with \(accepted)")
        case .unexpectedValue(let option):
            self.init("\(quoted(option)) takes no value; accepted: \(option)")
        case .secondApplication(let word, let first):
            self.init(
                "one application is served, not two: \(quoted(word)) after \(quoted(first)); "
                    + "accepted: plait serve APP [options]")
        case .wrongApplication(let word):
            self.init("\(quoted(word)) cannot name an application; accepted: \(acceptedApplications)")
        case .wrongValue(let wrong):
            self.init(wrong)
        }
    }

    private init(_ wrong: WrongValue) {
        let place = "in \(wrong.origin.shown(with: wrong.given))"
        switch wrong.reason {
        case .notOfTheForm:
            self.init("wrong value \(place); accepted: \(wrong.accepted)")
        case .endpoint(let error):
            self.init("\(error.fault), \(place); accepted: \(error.accepted ?? wrong.accepted)")
        case .address(let error):
            self.init("\(error.fault), \(place); accepted: \(wrong.accepted)")
        }
    }
}

let acceptedApplications =
    "module:attribute, module:factory(), a dotted name, path/file.py:attribute, or path/file.ini#name"

extension Origin {
    /// As it was typed, with its value.
    fileprivate func shown(with value: String) -> String {
        switch self {
        case .option(let option): quoted("\(option) \(value)")
        case .variable(let name, nil): quoted("\(name)=\(value)")
        case .variable(let name, let place?): "\(quoted("\(name)=\(value)")), \(place.text)"
        case .fallback(let setting): "the default \(quoted(value)) of --\(setting)"
        }
    }
}
