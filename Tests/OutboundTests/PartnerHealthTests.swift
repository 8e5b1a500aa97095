// What calls say of a partner, one outcome after another.
import Outbound
import Testing

private struct Story: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let outcomes: [Outcome]
    let state: PartnerHealth.State
    var forbidden: [String] = []

    init(_ name: String, _ outcomes: [Outcome], _ state: PartnerHealth.State, forbidden: String...) {
        testDescription = name
        self.outcomes = outcomes
        self.state = state
        self.forbidden = forbidden
    }
}

private func failing(_ since: Int64, _ last: Int) -> PartnerHealth.State { .failing(since: since, text: "\(last)") }
private func refused(_ since: Int64, _ last: Int) -> PartnerHealth.State {
    .misconfigured(since: since, text: "\(last)")
}

private let stories = [
    Story("nobody has called", [], .unknown),
    Story("what was given up says nothing", [.abandoned], .unknown),
    Story("throttled at once says nothing", [.throttled(until: nil)], .unknown),
    Story("it answers", [.answered], .answering),
    Story("it fails since the first failure", [.answered, .failed, .timedOut, .failed], failing(1, 3)),
    Story("it answers again", [.failed, .answered], .answering),
    Story("who throttles answers", [.failed, .throttled(until: nil)], .answering),
    Story("it refuses since the first refusal", [.answered, .misconfigured, .misconfigured], refused(1, 2)),
    Story(
        "it is silent now, and has not let us in since", [.misconfigured, .failed, .throttled(until: nil)],
        refused(0, 0)),
    Story("it has let us in", [.misconfigured, .answered], .answering),
    Story("one thing is forbidden", [.answered, .forbidden], .answering, forbidden: "Read"),
    Story("it is allowed again", [.forbidden, .answered], .answering),
]

@Test(arguments: stories) private func whatCallsSayOfAPartner(_ story: Story) {
    var health = PartnerHealth()
    for (index, outcome) in story.outcomes.enumerated() {
        health.note(outcome, of: "Read", because: "\(index)", at: Int64(index))
    }
    #expect(health.state == story.state)
    #expect(health.forbidden.keys.sorted() == story.forbidden)
}

@Test func anAnswerToAnotherQuestionAllowsNothing() {
    var health = PartnerHealth()
    health.note(.forbidden, of: "Write", because: "no", at: 5)
    health.note(.answered, of: "Read", because: "", at: 6)
    health.note(.forbidden, of: "Write", because: "no", at: 7)
    #expect(health.forbidden == ["Write": PartnerHealth.Refusal(since: 5, text: "no")])
}
