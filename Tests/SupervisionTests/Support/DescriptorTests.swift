import Testing

/// All suites that start processes or count on a descriptor being closed when it is closed, one test at a time: a child
/// of this many-threaded process holds copies of everybody's descriptors for the moment between fork and exec. (The
/// keeper has one thread and cannot meet itself.)
@Suite(.serialized) enum DescriptorTests {}
