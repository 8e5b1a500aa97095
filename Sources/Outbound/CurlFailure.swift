// What each of libcurl's codes means. The texts are ours: libcurl's can quote the request.
import CCurl

extension TransportFailure {
    static var noMemory: TransportFailure {
        TransportFailure(.unreachable, mayHaveArrived: false, "there is no memory for a call")
    }

    /// `mayHaveArrived` is what is known of the request; some codes know better.
    init(_ code: CURLcode, mayHaveArrived: Bool) {
        let (reason, text) = TransportFailure.meaning(of: code, isSent: mayHaveArrived)
        self.init(reason, mayHaveArrived: mayHaveArrived, "\(text) (libcurl \(code.rawValue))")
    }

    private static func meaning(of code: CURLcode, isSent: Bool) -> (Reason, String) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: (.unreachable, "the host's name cannot be resolved")
        case CURLE_COULDNT_CONNECT: (.unreachable, "no connection can be made")
        // Also a field that is longer than libcurl takes.
        case CURLE_OUT_OF_MEMORY where isSent: (.tooLarge, "the reply's head is too large")
        case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT: (.unreachable, "there is no memory for a call")
        case CURLE_OPERATION_TIMEDOUT:
            (.timedOut, isSent ? "there was no whole reply in time" : "no connection in time")
        case CURLE_PEER_FAILED_VERIFICATION: (.untrusted, "the partner's certificate is not believed")
        case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CRL_BADFILE:
            (.untrusted, "the file of trusted certificates cannot be used")
        case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED, CURLE_SSL_INVALIDCERTSTATUS:
            (.untrusted, "TLS cannot be agreed on")
        // Also when a connection ends in the middle of a handshake, and what speaks no TLS.
        case CURLE_SSL_CONNECT_ERROR: (.unreachable, "no TLS connection can be made")
        case CURLE_FILESIZE_EXCEEDED: (.tooLarge, "the reply is too large")
        case CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED, CURLE_UNKNOWN_OPTION, CURLE_BAD_FUNCTION_ARGUMENT,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_NOT_BUILT_IN:
            (.unsendable, "the request cannot be sent as it is")
        // Also what is no HTTP at all: libcurl takes it for HTTP/0.9.
        case CURLE_UNSUPPORTED_PROTOCOL where !isSent: (.unsendable, "the address has a scheme that is not allowed")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            (.cut, "what came is no HTTP reply")
        case CURLE_BAD_CONTENT_ENCODING: (.cut, "the reply's compression is broken")
        case CURLE_GOT_NOTHING: (.cut, "the connection ended without an answer")
        case CURLE_PARTIAL_FILE: (.cut, "the reply ended too early")
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR: (.cut, "the connection broke")
        default: (.cut, "the call failed")
        }
    }
}
