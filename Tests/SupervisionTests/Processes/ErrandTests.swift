import CLinux
import Glibc
import Testing

@testable import Supervision

extension DescriptorTests {
    /// Real children that report and end, or do not.
    @Suite struct ErrandTests {
        private func run(_ script: String, within limit: Duration = .seconds(20)) throws -> Errand.Outcome {
            try Errand.run(within: limit) { report in
                Program(
                    executable: "/bin/sh", arguments: ["sh", "-c", script], environment: ["PATH=/usr/bin:/bin"],
                    report: report)
            }
        }

        @Test func theReportAndTheStatusComeBack() throws {
            let outcome = try run("printf 'a\\0b' >&4; exit 7")
            #expect(outcome == Errand.Outcome(status: .exited(code: 7), report: Array("a\0b".utf8)))
        }

        @Test func aLongReportIsWhole() throws {
            let outcome = try run("head -c 300000 /dev/zero >&4")
            #expect(outcome.status == .exited(code: 0))
            #expect(outcome.report.count == 300_000)
        }

        @Test func aChildThatClosesItsReportIsWaitedFor() throws {
            #expect(try run("exec 4>&-; sleep 0.2; exit 3").status == .exited(code: 3))
        }

        @Test func aGrandchildThatKeepsTheReportOpenIsNotWaitedFor() throws {
            let started = MonotonicClock.now()
            #expect(try run("sleep 15 & exit 0").status == .exited(code: 0))
            #expect(MonotonicClock.now() - started < .seconds(10))
        }

        @Test func whoTakesTooLongIsKilled() throws {
            let outcome = try run("echo x >&4; sleep 600", within: .milliseconds(300))
            #expect(outcome == Errand.Outcome(status: nil, report: Array("x\n".utf8)))
        }
    }
}
