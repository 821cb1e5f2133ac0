// Package mqtt holds the built-ins that speak MQTT 5: the source behind
// mqtt.subscribe and the client behind mqtt.publish.
//
// # Connection
//
// A [Connection] is where a broker is and who we are to it. Its URL is
// mqtt://host:1883, or mqtts://host:8883 with TLS; tcp://, ssl:// and tls:// are
// synonyms, ws:// and wss:// speak through WebSockets. A user name and a
// password may stand in the URL; the options username and password win, and a
// token is a password without a user name.
//
// The first connection must succeed within ten seconds, and a broker that
// refuses it (a wrong password) ends the wait at once. A connection that is lost
// later is made again for as long as it takes, 100 ms to 10 s apart; it is
// logged once when it is lost and once when it is back.
//
// mqtt:embedded runs a broker inside the process, on a loopback port of its own,
// for trying things out and for tests: it holds everything in memory and loses
// it with the process. With -processes the parent runs it and tells its children
// where in FLOWC_MQTT_NAME. A publisher that is faster than a subscriber is told
// to wait (reason code 0x97).
//
// # Subscription
//
// A [Subscription] is a client of its own, named "flowc-SERVICE-STAGE", whose
// session the broker keeps for the time that Session says (24h): what is
// published while the service is away is delivered when it is back. The name
// knows nothing of pipelines and flows, so that a stage keeps its session when
// it moves. Two processes that run the same stage at the same broker take the
// session from each other; each says so in its log.
//
// Messages are acknowledged in the order in which they arrived, each when it and
// all before it are stored, skipped or dead-lettered. At most 512 are in flight
// (the receive maximum), so a slow sink slows the broker down. What is not
// acknowledged when a connection is lost comes again with the next one; it is
// recognised and not delivered twice, so that within one process and one session
// of the broker every message is delivered once, with QoS 1 as long as no
// acknowledgement itself is lost. A restart delivers again what was not
// acknowledged: at least once.
//
// With QoS 0 nothing is acknowledged and the broker keeps nothing. Up to 512
// messages wait in memory; then nothing is read until there is room. What waits
// at the end of the process is lost, and what arrives while there is no room and
// the connection is lost, which is logged.
//
// A level "{field}" of the topic is a "+" that fills the field of that name; it
// wins over a field of the payload. Retained messages come when the
// subscription is new, not again at a restart. Where the topic of a stage is
// changed, the session may still bring messages of the old one: they are dropped
// and the first one is logged.
//
// # Publisher
//
// The publishers of a connection share one client. [Publisher.Publish] returns
// when the broker has acknowledged the message; a message that was under way
// when the connection was lost is sent again with its identifier, so that QoS 2
// stays exactly once for each call that returns nil. Where there is no
// connection, and where the broker says that its quota is exceeded, it waits as
// long as its context lasts.
//
// Permanent errors are those that another try would not mend: not authorized, a
// topic name, payload or size that the broker does not take, a QoS or retain
// that it does not have, and field values that may not stand in a topic: empty
// ones and those with "/", "+", "#" or NUL.
package mqtt
