// Every document that is sent, each with the fragments that it spreads. Nothing else is ever sent to Centra.

extension GraphQLDocument {
    private typealias File = PackageResources

    static let orderByNumber = GraphQLDocument(
        "OrderByNumber", File.OrderByNumber_graphql, File.AddressFields_graphql, File.OrderLineFields_graphql,
        File.ShipmentFields_graphql)
    static let orderHeads = GraphQLDocument("OrderHeads", File.OrderHeads_graphql)
    static let orderConnection = GraphQLDocument("OrderConnection", File.OrderConnection_graphql)
    static let paymentsOfOrder = GraphQLDocument(
        "PaymentsOfOrder", File.PaymentsOfOrder_graphql, File.PaymentFields_graphql)
    static let confirmOrder = GraphQLDocument("ConfirmOrder", File.ConfirmOrder_graphql)
    static let setOrdersLock = GraphQLDocument("SetOrdersLock", File.SetOrdersLock_graphql)
    static let updateDirectToConsumerOrder = GraphQLDocument(
        "UpdateDirectToConsumerOrder", File.UpdateDirectToConsumerOrder_graphql)
    static let updateWholesaleOrder = GraphQLDocument("UpdateWholesaleOrder", File.UpdateWholesaleOrder_graphql)
    static let cancelDirectToConsumerOrder = GraphQLDocument(
        "CancelDirectToConsumerOrder", File.CancelDirectToConsumerOrder_graphql)
    static let cancelWholesaleOrder = GraphQLDocument("CancelWholesaleOrder", File.CancelWholesaleOrder_graphql)
    static let captureOrder = GraphQLDocument("CaptureOrder", File.CaptureOrder_graphql, File.PaymentFields_graphql)
    static let releaseRemainingAuthorization = GraphQLDocument(
        "ReleaseRemainingAuthorization", File.ReleaseRemainingAuthorization_graphql, File.PaymentFields_graphql)

    static let shipmentsOfOrder = GraphQLDocument(
        "ShipmentsOfOrder", File.ShipmentsOfOrder_graphql, File.ShipmentFields_graphql)
    static let shipments = GraphQLDocument("Shipments", File.Shipments_graphql, File.ShipmentFields_graphql)
    static let createShipment = GraphQLDocument(
        "CreateShipment", File.CreateShipment_graphql, File.ShipmentFields_graphql)
    static let updateShipment = GraphQLDocument(
        "UpdateShipment", File.UpdateShipment_graphql, File.ShipmentFields_graphql)
    static let captureShipment = GraphQLDocument(
        "CaptureShipment", File.CaptureShipment_graphql, File.ShipmentFields_graphql, File.PaymentFields_graphql)
    static let completeShipment = GraphQLDocument(
        "CompleteShipment", File.CompleteShipment_graphql, File.ShipmentFields_graphql)

    static let setStock = GraphQLDocument("SetStock", File.SetStock_graphql)
    static let stockOfSizes = GraphQLDocument("StockOfSizes", File.StockOfSizes_graphql)
    static let stockByWarehouse = GraphQLDocument("StockByWarehouse", File.StockByWarehouse_graphql)
    static let products = GraphQLDocument("Products", File.Products_graphql)
    static let productSizes = GraphQLDocument("ProductSizes", File.ProductSizes_graphql)
    static let warehouses = GraphQLDocument("Warehouses", File.Warehouses_graphql)
    static let markets = GraphQLDocument("Markets", File.Markets_graphql)
    static let counters = GraphQLDocument("Counters", File.Counters_graphql)

    static let returns = GraphQLDocument("Returns", File.Returns_graphql, File.ReturnFields_graphql)
    static let createReturn = GraphQLDocument("CreateReturn", File.CreateReturn_graphql, File.ReturnFields_graphql)
    static let completeReturn = GraphQLDocument(
        "CompleteReturn", File.CompleteReturn_graphql, File.ReturnFields_graphql)
    static let uncompleteReturn = GraphQLDocument(
        "UncompleteReturn", File.UncompleteReturn_graphql, File.ReturnFields_graphql)
    static let deleteReturn = GraphQLDocument("DeleteReturn", File.DeleteReturn_graphql)
    static let refundReturn = GraphQLDocument(
        "RefundReturn", File.RefundReturn_graphql, File.ReturnFields_graphql, File.PaymentFields_graphql)

    static let events = GraphQLDocument("Events", File.Events_graphql)
    static let eventListeners = GraphQLDocument("EventListeners", File.EventListeners_graphql)
    static let setEventListeners = GraphQLDocument("SetEventListeners", File.SetEventListeners_graphql)
    static let unsetEventListeners = GraphQLDocument("UnsetEventListeners", File.UnsetEventListeners_graphql)
    static let confirmEvents = GraphQLDocument("ConfirmEvents", File.ConfirmEvents_graphql)

    static let rateLimits = GraphQLDocument("RateLimits", File.RateLimits_graphql)
    static let centraIPs = GraphQLDocument("CentraIPs", File.CentraIPs_graphql)
    static let introspection = GraphQLDocument("Introspection", File.Introspection_graphql)
}
