/// IMF-fixdate (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
package enum HTTPDate {
    package static let byteCount = 29

    /// Writes the 29 bytes for seconds since 1970, from the year 0 to 9999; other times are written as the nearest of
    /// these. `target` has room for them.
    package static func write(_ seconds: Int64, to target: UnsafeMutableRawPointer) {
        let bounded = min(max(seconds, -62_167_219_200), 253_402_300_799)
        let days = floorDivide(bounded, 86_400)
        let second = Int(bounded - days * 86_400)
        let day = CivilDay(daysSince1970: days)
        var text = DateText(target)
        // 1970-01-01 was a Thursday.
        text.put(name: "ThuFriSatSunMonTueWed", Int(days - floorDivide(days, 7) * 7))
        text.put(", ")
        text.put(twoDigits: day.day)
        text.put(" ")
        text.put(name: "JanFebMarAprMayJunJulAugSepOctNovDec", day.month - 1)
        text.put(" ")
        text.put(twoDigits: day.year / 100)
        text.put(twoDigits: day.year % 100)
        text.put(" ")
        text.put(twoDigits: second / 3600)
        text.put(":")
        text.put(twoDigits: second / 60 % 60)
        text.put(":")
        text.put(twoDigits: second % 60)
        text.put(" GMT")
    }
}

/// A day of the Gregorian calendar, counted in years that begin in March, so that a leap day is a year's last.
struct CivilDay {
    let year: Int
    let month: Int
    let day: Int

    init(daysSince1970 days: Int64) {
        // Days since 0000-03-01, then within a cycle of 400 years.
        let shifted = days + 719_468
        let cycle = floorDivide(shifted, 146_097)
        let dayOfCycle = Int(shifted - cycle * 146_097)
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfCycle + Int(cycle) * 400 + (month <= 2 ? 1 : 0)
    }
}

private func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
}

private struct DateText {
    private var position: UnsafeMutableRawPointer

    init(_ target: UnsafeMutableRawPointer) {
        position = target
    }

    mutating func put(_ text: StaticString) {
        position.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
        position += text.utf8CodeUnitCount
    }

    /// The three letters at `index` of a row of such names.
    mutating func put(name row: StaticString, _ index: Int) {
        position.copyMemory(from: row.utf8Start + index * 3, byteCount: 3)
        position += 3
    }

    mutating func put(twoDigits number: Int) {
        position.storeBytes(of: UInt8(ascii: "0") + UInt8(number / 10), as: UInt8.self)
        position.storeBytes(of: UInt8(ascii: "0") + UInt8(number % 10), toByteOffset: 1, as: UInt8.self)
        position += 2
    }
}
