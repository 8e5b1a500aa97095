import Testing

@testable import Peoplevox
