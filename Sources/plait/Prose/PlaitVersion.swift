/// The version people see.
let plaitVersion = "0.1.0"
