import Exchange

/// The version people see.
let plaitVersion = "\(Release.version)"
