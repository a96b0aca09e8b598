extension ServeSettings {
    /// How request bodies reach the application.
    package struct Bodies: Sendable, Equatable {
        /// Has a rule for `/`.
        package let delivery: PathRules<BodyDelivery>

        /// Has a rule for `/`.
        package let largest: PathRules<ByteCount>

        /// Room on disk for all bodies together.
        package let spool: ByteCount

        /// Nil: the first of `$TMPDIR`, `/tmp`, `/var/tmp` that can be written.
        package let spoolDirectory: String?

        package init(
            delivery: PathRules<BodyDelivery>, largest: PathRules<ByteCount>, spool: ByteCount,
            spoolDirectory: String?
        ) {
            self.delivery = delivery
            self.largest = largest
            self.spool = spool
            self.spoolDirectory = spoolDirectory
        }
    }
}
