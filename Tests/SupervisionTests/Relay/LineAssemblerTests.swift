import Testing

@testable import Supervision

@Suite struct LineAssemblerTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func onlyWholeLinesPass() {
        var assembler = LineAssembler()
        #expect(text(assembler.append(bytes("one\ntwo\nthr"))) == "one\ntwo\n")
        #expect(assembler.append(bytes("e")) == [])
        #expect(text(assembler.append(bytes("e\n"))) == "three\n")
        #expect(assembler.finish() == [])
    }

    @Test func cutAnywhereTheBytesAreTheSame() {
        let whole = bytes("Traceback\n\n  é\u{0}\u{1b}[31m\r\nlast\n")
        for size in 1...whole.count {
            var assembler = LineAssembler()
            var out: [UInt8] = []
            for start in stride(from: 0, to: whole.count, by: size) {
                out += assembler.append(whole[start..<min(start + size, whole.count)])
            }
            #expect(out + assembler.finish() == whole)
        }
    }

    @Test func aLastLineWithoutNewlineIsGivenOne() {
        var assembler = LineAssembler()
        #expect(assembler.append(bytes("no end")) == [])
        #expect(text(assembler.finish()) == "no end\n")
        #expect(assembler.finish() == [])
    }

    @Test func aVeryLongLinePassesInPieces() {
        var assembler = LineAssembler()
        let half = [UInt8](repeating: 120, count: LineAssembler.longestLine / 2)
        #expect(assembler.append(half) == [])
        #expect(assembler.append(half) == half + half)
        #expect(assembler.append(half) == [])
        #expect(assembler.append([10]) == half + [10])
        #expect(assembler.finish() == [])
    }

    @Test func aVeryLongLineThatNeverEndsIsEnded() {
        var assembler = LineAssembler()
        _ = assembler.append([UInt8](repeating: 120, count: LineAssembler.longestLine))
        #expect(assembler.finish() == [10])
    }
}
