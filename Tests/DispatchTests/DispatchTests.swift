// DispatchTests
