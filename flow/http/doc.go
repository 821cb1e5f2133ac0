// Package http holds the built-ins that speak HTTP: the client behind
// http.get, http.post, http.put, http.patch and http.delete, and the server
// behind http.listen.
//
// # Client
//
// A [Client] makes one request for each value. Its URL, headers, query and body
// are templates: ${NAME} is resolved at start, {field} is filled for each value
// and escaped for the place where it stands, so that no value can reach another
// host, another parameter or another header. A body may be an [Object], whose
// strings are templates: what is put in cannot end a string. Without a deadline
// in its context a call ends after 30 seconds.
//
// What an answer means:
//
//   - a status that Accept lists (or 2xx) is a success; its body is read up to
//     Limit, decompressed, and decoded;
//   - 408, 425, 429 and 5xx, and an answer that did not come, may mend: the
//     stage tries again, not before the time that Retry-After asks for (at most
//     a minute);
//   - any other status, a larger body and one that cannot be decoded are
//     permanent.
//
// Redirects are followed for GET without a body, at most ten, never from https
// to http. A request that was led to another host bears none of the headers of
// the stage and the connection, also when it is led back. A connection with a
// client certificate does not follow to another host at all. The proxy
// variables of the environment (HTTPS_PROXY, NO_PROXY) are honoured.
//
// Errors name the method, the URL without user and query, the status and the
// first 200 bytes of the answer's text.
//
// # Connection
//
// A [Connection] is one pool of TCP connections with its TLS files, its
// credentials and its headers. A stage's URL may be empty (the connection's is
// used), start with "/" (it continues the connection's) or be whole: then it
// must name the connection's host, where that names one, because it gets the
// connection's credentials. A header of the stage replaces that of the
// connection with the same name.
//
// # Listener
//
// A [Listener] is a [flow.Source]. Listeners at one address share one server,
// which opens its port when the parts of the service are connected. A request
// is decoded, waits in a bounded queue and is handed to the pipeline with all
// that are waiting: 200 concurrent callers cost the store one transaction. Each
// caller is answered when its record is acknowledged.
//
//	200  done, with the value of the last stage
//	202  done
//	400  the record cannot be decoded: {"error": "field \"value\": …"}
//	401  the token is missing or wrong
//	403  a browser sent it for a page of another origin (no token, not open)
//	404  no such path
//	405  no such method at this path
//	408  the body came too slowly
//	413  the body is larger than the limit
//	415  the body is compressed
//	422  a stage failed for good
//	any  of 400 to 599: what a stage chose with [flow.Refuse]
//	503  the queue is full, the pipeline failed, or the service is stopping
//
// Fields of the record may stand in the path ("/sensors/{sensor}") and in the
// query; the path wins over the query and both win over the body. A bad request
// is its caller's fault: it is logged at debug level and fails nothing.
package http
