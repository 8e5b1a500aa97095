// The documents that are sent are files of this repository.
import Testing

@testable import Centra

@Test
func aDocumentIsEmbedded() {
    let text = String(decoding: PackageResources.RateLimits_graphql, as: UTF8.self)
    #expect(text.hasPrefix("query RateLimits"))
}
