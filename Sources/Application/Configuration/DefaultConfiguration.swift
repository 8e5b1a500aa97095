// The configuration that Lockstep starts with when it is given none: complete, with a comment for every setting, so that
// it is also the reference. What stands here is what a file that leaves the key out gets; a test compares the two.

extension Configuration {
    package static let defaultText = #"""
        # Lockstep's configuration. Keys of [server], [journal] and [queues] that are left out are as they stand here.
        # Sizes are whole numbers of B, KiB, MiB or GiB, durations of ms, s, min, h or days.

        [server]
        # Webhooks arrive here, through a reverse proxy that ends TLS. HOST:PORT, [V6]:PORT, or unix:/PATH.
        publicListen = 127.0.0.1:8080
        # For operators: queues, journal, metrics. Keep it on loopback: it asks for no password.
        operatorListen = 127.0.0.1:8081
        # X-Forwarded-For is believed from these addresses and networks only.
        trustedProxies = 127.0.0.1 ::1
        # The largest body; the proxy's limit should be the same.
        bodyLimit = 1 MiB
        # Above it only health checks are answered, everything else is 503.
        connectionLimit = 10000
        # A request's head, its body, a sender taking its answer, and a connection without a request may take this long.
        headDeadline = 10 s
        bodyDeadline = 30 s
        answerDeadline = 30 s
        # The proxy should let go of an idle connection earlier than this.
        idleDeadline = 75 s
        # After SIGTERM, what is in flight is finished within this time.
        drainDeadline = 10 s

        [journal]
        # The variable $LOCKSTEP_JOURNAL is replaced here; left out, the directory is /var/lib/lockstep/journal.
        directory = $LOCKSTEP_JOURNAL
        # 16 MiB to 1 GiB.
        segmentSize = 64 MiB
        # Intake stops with 503 when the journal would grow beyond this; at least three segments.
        sizeLimit = 16 GiB
        # Settled records older than this may be removed; at least redeliveryWindow.
        replayWindow = 14 days
        # How long an identical delivery is recognised as a redelivery; at least twice every centraTolerance.
        redeliveryWindow = 48 h

        [queues]
        # Intake stops with 503 when that many jobs wait.
        backlogLimit = 100000
        # A brand with so many dead letters is answered 503 until some are retried or discarded; the others go on.
        deadLetterLimit = 10000
        # After so many attempts a job becomes a dead letter.
        attemptLimit = 8
        # The wait after the first failed attempt; it doubles up to the longest.
        firstBackoff = 2 s
        longestBackoff = 10 min

        # One section for each brand; a-z, 0-9 and -. The name is part of the addresses that the partners are given:
        #   /v1/demo/centra and /v1/demo/peoplevox/EVENT/TOKEN
        [brand demo]
        # observe: deliveries are verified, journaled, queued, translated and settled; nothing is sent to a partner.
        # live: the workflows that are switched on below read and write at both partners, which must be set.
        mode = observe
        # The NAMES of one or two variables in the secrets file or the environment, never the secret itself. The first
        # must be set; while the secret is rotated both are accepted. Left out, Centra's webhooks are refused.
        centraSecrets = LOCKSTEP_DEMO_CENTRA_SECRET LOCKSTEP_DEMO_CENTRA_SECRET_PREVIOUS
        # How far a signature's time may lie from this machine's clock, before or after.
        centraTolerance = 300 s
        # Peoplevox's sales order number is this and Centra's order number.
        salesOrderPrefix = C-
        # The largest body of a Peoplevox callback; at most bodyLimit.
        callbackLimit = 64 KiB
        # Only these addresses and networks may call back; left out, all may.
        # callbackAddresses = 203.0.113.0/24
        # For each Peoplevox subscription the SHA-256 of its token, two of them during a rotation. `lockstep token`
        # prints a new token and its SHA-256; only Peoplevox is given the token, by `lockstep subscriptions apply`, which
        # looks for it in the secrets file, under any name.
        # token AvailabilityChanges = SHA256
        # token SalesOrderStatusChanges = SHA256
        # How long something must not agree before it is an exception that somebody is told of; 0 s for at once.
        # exceptionAfter stock-mismatch = 15 min
        # exceptionAfter sku-unknown-in-peoplevox = 0 s
        # exceptionAfter sku-unknown-in-centra = 0 s
        # exceptionAfter value-unknown = 10 min
        # exceptionAfter stock-not-read = 10 min
        # exceptionAfter stock-refused = 1 min
        # exceptionAfter budget-exhausted = 5 min
        # exceptionAfter credentials-failing = 1 min
        # exceptionAfter partner-unreachable = 5 min
        # The partners themselves, which `lockstep doctor` asks and the configuration may leave out. A partner is set whole or
        # not at all; secrets are NAMES of variables here too.
        # centraURL = https://demo.centra.com/graphql
        # centraToken = LOCKSTEP_DEMO_CENTRA_TOKEN
        # The warehouse in Centra whose stock Peoplevox tells.
        # centraWarehouse = 1
        # How much of the environment's limits is ours; other integrations share them.
        # centraShare = 50 %
        # The whole address: hosts differ by region.
        # peoplevoxURL = https://wms.peoplevox.net/demo/resources/integrationservicev4.asmx
        # peoplevoxClient = demo
        # A user of its own, which nobody else logs in with.
        # peoplevoxUser = centra-bridge
        # peoplevoxPassword = LOCKSTEP_DEMO_PEOPLEVOX_PASSWORD
        # base64 in the EU, the UK and Asia, plain in the US.
        # passwordMode = base64
        # The tenant's own settings, in which it writes dates: a name below /usr/share/zoneinfo, and d/m/Y, m/d/Y or Y-m-d.
        # timeZone = Europe/London
        # dateFormat = d/m/Y
        # site = PrimarySite
        # Calls in 15 seconds, at most 14: Peoplevox allows 15, and others may call too.
        # peoplevoxRequests = 12
        # What the tenant calls its reports (inventory, despatches, returns, orderStatus), templates (itemTypes, salesOrders,
        # salesOrderItems, sites) and columns of reports, where it is not the usual name.
        # report returns = Returns summary
        # template itemTypes = Item types
        # column despatches.orderNumber = Sales order no.
        # Where the world reaches publicListen, for the addresses that the partners are given.
        # callbackBase = https://webhooks.example.com
        # Certificates (PEM) to be believed besides the system's.
        # privateCA = /etc/lockstep/ca.pem
        # Keeps Centra's stock in lockstep with Peoplevox's, when mode is live.
        stock = off
        # Which of Centra's warehouses shows which of Peoplevox's sites; several sites may stand behind one. Left out, it is
        # site and centraWarehouse.
        # stockSites = PrimarySite:1 Outlet:2
        # What of Peoplevox's figures counts: availableAndExported (right whoever else sells from the same site),
        # onHandAndDespatched (the site serves this shop alone), available (Centra does not allocate).
        stockSource = availableAndExported
        # What is held back from sale: pieces, a share (rounded up), or a share and no less than so many pieces. For one
        # SKU, or for all that begin so, the longest beginning counts.
        stockBuffer = 0
        # stockBuffer UM1001REDS = 2
        # stockBuffer OUTLET* = 10 % min 2
        # A change waits so long for others, because Peoplevox answers a hundred SKUs in one call. At a peak it is the longer
        # one: auto enters and leaves it by itself.
        stockWindow = 500 ms
        stockPeakWindow = 10 s
        stockPeak = auto
        # A SKU that Peoplevox has no row for is unknown, and is not written. After so long it can count as none, unless more of
        # the catalogue than half of `reconcileLimit` would within a day.
        stockFloorAfter = never
        # Both sides are compared in full at a time of day in the tenant's zone, every 6 h (or so), or off; always with
        # `lockstep reconcile stock`, and, unless off, after the server was down for ten minutes. What differs is
        # read anew and put right. While more of the catalogue than the limit would show less, it is left as it is until
        # somebody agrees.
        reconcile = 03:30
        reconcileLimit = 10 %
        # Corrections that are not urgent wait for these hours; left out, they do not wait.
        # reconcileQuiet = 01:00-05:00
        """#
}
