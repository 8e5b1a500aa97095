// Values by key that keep the order in which their keys came: what a database table without an explicit order shows.

package struct Register<Value: Sendable>: Sendable {
    package private(set) var keys: [String] = []
    /// In the order of the keys.
    package private(set) var all: [Value] = []
    private var places: [String: Int] = [:]

    package init() {}

    package var count: Int { keys.count }

    package subscript(key: String) -> Value? {
        get { places[key].map { all[$0] } }
        set {
            switch (places[key], newValue) {
            case (nil, let value?):
                places[key] = keys.count
                keys.append(key)
                all.append(value)
            case (let place?, let value?): all[place] = value
            case (let place?, nil): remove(at: place)
            case (nil, nil): break
            }
        }
    }

    /// What comes behind moves up; nothing is removed often.
    private mutating func remove(at place: Int) {
        keys.remove(at: place)
        all.remove(at: place)
        places = Dictionary(zip(keys, keys.indices), uniquingKeysWith: { first, _ in first })
    }
}
