/// How large a request head may grow.
package struct HeadLimits: Equatable, Sendable {
    /// One line with its CRLF: past it a request line is answered 414, a field line 431.
    package let lineBytes: Int
    /// The whole head, from the first byte to the empty line: past it 431.
    package let headBytes: Int
    /// Field lines: past it 431.
    package let fields: Int

    package init(lineBytes: Int = 32 << 10, headBytes: Int = 64 << 10, fields: Int = 128) {
        self.lineBytes = lineBytes
        self.headBytes = headBytes
        self.fields = fields
    }
}
