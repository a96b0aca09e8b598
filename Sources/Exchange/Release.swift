/// Which plait this is: the one place that says so. Compiled into both sides, since both must be of the same release:
/// `Layout.version` alone would let pass whatever changed beside the layout.
package enum Release {
    package static let version: StaticString = "0.1.0"
}
