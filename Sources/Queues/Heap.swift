/// A binary heap: the smallest element is at hand, adding and taking cost the logarithm of the count.
///
/// Elements added in rising order, as ready jobs mostly are, stay where they are put.
struct Heap<Element: Comparable & Sendable>: Sendable {
    private(set) var elements: [Element] = []

    var count: Int { elements.count }
    var smallest: Element? { elements.first }

    mutating func insert(_ element: Element) {
        var place = elements.count
        elements.append(element)
        while place > 0 {
            let parent = (place - 1) / 2
            guard element < elements[parent] else { break }
            elements[place] = elements[parent]
            place = parent
        }
        elements[place] = element
    }

    mutating func removeSmallest() -> Element? {
        guard let smallest = elements.first, let last = elements.popLast() else { return nil }
        if !elements.isEmpty { sink(last) }
        return smallest
    }

    /// Finds the place of an element that replaces the root.
    private mutating func sink(_ element: Element) {
        var place = 0
        while let child = smallerChild(of: place), elements[child] < element {
            elements[place] = elements[child]
            place = child
        }
        elements[place] = element
    }

    private func smallerChild(of place: Int) -> Int? {
        let left = 2 * place + 1
        guard left < elements.count else { return nil }
        let right = left + 1
        return right < elements.count && elements[right] < elements[left] ? right : left
    }
}
