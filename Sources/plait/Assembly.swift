import Settings

func serve(_ settings: ServeSettings, interpreter: InterpreterChoice, arguments: [String]) -> Int32 { 1 }

func serveAsServer(_ settings: ServeSettings) -> Int32 { 1 }
