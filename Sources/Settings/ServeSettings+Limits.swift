extension ServeSettings {
    /// How large and how many.
    package struct Limits: Sendable, Equatable {
        package let head: ByteCount

        /// Header fields of one request.
        package let fields: Int

        /// In all; the limit of open files bounds it too.
        package let connections: Int

        /// Nil: no limit.
        package let connectionsPerAddress: Int?

        package init(head: ByteCount, fields: Int, connections: Int, connectionsPerAddress: Int?) {
            self.head = head
            self.fields = fields
            self.connections = connections
            self.connectionsPerAddress = connectionsPerAddress
        }
    }
}
