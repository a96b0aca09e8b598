/// What a worker may put into a response ring. Each block is `kind: UInt32, length: UInt32`, then `length` bytes, padded
/// to eight. The end of the response is not a block: it is the slot's state `done`.
package enum BlockKind: UInt32 {
    /// A `HeadRecord`, the reason phrase, and the fields.
    case head = 1
    /// Body bytes; they leave for the client as they come.
    case body = 2
    /// A `FileRecord`; the descriptor was sent beside the slot.
    case file = 3
    /// The application failed: 500 if nothing has been sent, else the connection is cut. A `FailureRecord`.
    case failed = 4
}

package let blockHeaderBytes = 8
package let blockHeadLimit = 96 * 1024

@inlinable package func padded(_ length: Int) -> Int { (length + 7) & ~7 }

/// Opens a head block. Behind it: `reasonCount` bytes, then for each field `nameCount: UInt16, valueCount: UInt32`
/// unaligned, name, value.
package struct HeadRecord {
    package var status: UInt16
    package var reasonCount: UInt16
    package var fieldCount: UInt32
    /// The body's length where the bridge knows that the next block is all of it; `UInt64.max` otherwise.
    package var knownLength: UInt64
    @inlinable package init(status: UInt16, reasonCount: UInt16, fieldCount: UInt32, knownLength: UInt64) {
        self.status = status
        self.reasonCount = reasonCount
        self.fieldCount = fieldCount
        self.knownLength = knownLength
    }
}

package struct FileRecord {
    package var offset: UInt64
    package var length: UInt64
    @inlinable package init(offset: UInt64, length: UInt64) {
        self.offset = offset
        self.length = length
    }
}
