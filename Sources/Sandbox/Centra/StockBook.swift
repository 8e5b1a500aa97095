// How much of each size is where: physical is what is on the shelf, allocated what is promised, free the rest (§5.1).

struct StockBook: Sendable {
    struct Place: Hashable, Sendable {
        let warehouseID: Int
        let sizeID: Int
    }

    struct Level: Equatable, Sendable {
        var physical = 0
        var allocated = 0
        var free: Int { physical - allocated }
    }

    private(set) var levels: [Place: Level] = [:]

    func level(_ warehouseID: Int, _ sizeID: Int) -> Level {
        levels[Place(warehouseID: warehouseID, sizeID: sizeID)] ?? Level()
    }

    func total(_ sizeID: Int, in warehouses: [Warehouse]) -> Level {
        var total = Level()
        for warehouse in warehouses {
            let level = level(warehouse.id, sizeID)
            total.physical += level.physical
            total.allocated += level.allocated
        }
        return total
    }

    mutating func set(_ warehouseID: Int, _ sizeID: Int, physical: Int) {
        levels[Place(warehouseID: warehouseID, sizeID: sizeID), default: Level()].physical = physical
    }

    mutating func add(_ warehouseID: Int, _ sizeID: Int, physical: Int = 0, allocated: Int = 0) {
        let place = Place(warehouseID: warehouseID, sizeID: sizeID)
        levels[place, default: Level()].physical += physical
        levels[place, default: Level()].allocated += allocated
    }
}
