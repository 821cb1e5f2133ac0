package templates

import (
	"slices"
	"strings"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/spec"
)

const mqttPath = flowPath + "/mqtt"

var mqttProtocol = &spec.Protocol{
	Name: "mqtt", Package: mqttPath,
	Embedded: "mqtt:embedded", Server: "broker", Shared: "mqtt://broker:1883",
}

func qosOption() spec.Option {
	return spec.Option{Name: "qos", Type: spec.Whole, Default: "1", Choices: []string{"0", "1", "2"}, Doc: "quality of service"}
}

func mqttSubscribe() Kind {
	return Kind{
		Kind: spec.Kind{
			Name: "mqtt.subscribe", Summary: "Receives MQTT messages.",
			First: true, Waits: true, NeedsOut: true,
			Source: func(o spec.Options) spec.SourceClass {
				if o.Int("qos") == 0 || noSession(o) {
					return spec.Lossy
				}
				return spec.Held
			},
			Connection: mqttProtocol,
			Options: []spec.Option{
				{Name: "connection", Type: spec.Name, Of: "connection", Required: true, Doc: "broker"},
				{Name: "topic", Type: spec.Text, Required: true, Doc: "topic filter; may hold + and #; {field} is a level that fills that field"},
				qosOption(),
				{Name: "session", Type: spec.Duration, Default: "24h", Doc: "how long the broker keeps messages for this program while it is away"},
			},
			Check:    checkSubscribe,
			NoEffect: subscribeNoEffect,
		},
		Uses: Uses{First: "Receives messages: a record is made of the payload and the fields in the topic. A message is acknowledged when its record is stored and sent everywhere."},
		Notes: []string{
			"The broker keeps the session of flowc-SERVICE-STAGE: what is published while the service is away comes when it is back.",
			"A payload that cannot be decoded goes to on_error.",
		},
		Variants: []string{"qos = 0", `session = "0s"`},
		Example:  "[stage.listen]\nkind       = \"mqtt.subscribe\"\nconnection = \"broker\"\ntopic      = \"plant/+/readings\"\nout        = \"Reading\"",
		Package:  mqttPath,
		Type: func(s *Service, st *spec.Stage) *jen.Statement {
			return jen.Op("*").Qual(mqttPath, "Subscription").Types(s.goType(st.Out))
		},
		Open: openSubscribe,
	}
}

// noSession reports whether the broker keeps nothing for this program while it
// is away: MQTT counts sessions in whole seconds.
func noSession(o spec.Options) bool {
	text, known := spec.DefaultOf(o.Text("session"))
	d, err := time.ParseDuration(text)
	return known && err == nil && d < time.Second
}

// subscribeNoEffect says that a session is of no use where the broker keeps
// nothing in it.
func subscribeNoEffect(o spec.Options, option string) string {
	if option == "session" && o.Has("qos") && o.Int("qos") == 0 {
		return "with qos = 0 the broker keeps no messages"
	}
	return ""
}

func checkSubscribe(st *spec.Stage, report spec.Report) {
	checkBroker(st, report)
	checkQoS(st, report)
	e := st.Options.Entry("topic")
	if e == nil {
		return
	}
	checkTopic(e.Value, report)
	levels := strings.Split(e.Value.Text, "/")
	for i, level := range levels {
		field := strings.HasPrefix(level, "{") && strings.HasSuffix(level, "}")
		switch {
		case strings.Contains(level, "${") || field || level == "+":
		case level == "#" && i == len(levels)-1:
		case strings.ContainsAny(level, "#+{}"):
			report(errBadTopic(e.Value.Span, "level \""+level+"\" of the topic is no wildcard and no name", "+ and {field} stand for a whole level, # for all levels at the end"))
		}
	}
	checkFilled(st, e.Value, report)
}

// brokerSchemes are those that the runtime connects with.
var brokerSchemes = []string{"mqtt", "mqtts", "tcp", "ssl", "tls", "ws", "wss"}

// checkBroker refuses a connection that is none to a broker.
func checkBroker(st *spec.Stage, report spec.Report) {
	if st.Connection == nil {
		return
	}
	o := st.Connection.Options
	if e := o.Entry("url"); e != nil {
		if scheme := spec.Scheme(e.Value.Text); scheme != "" && !slices.Contains(brokerSchemes, scheme) {
			report(errBrokerScheme(e.Value.Span, scheme))
		}
	}
}

// checkTopic refuses what no topic can be.
func checkTopic(v *spec.Value, report spec.Report) {
	text, known := spec.DefaultOf(v.Text)
	switch {
	case known && text == "":
		report(errBadTopic(v.Span, "the topic is empty", "name it"))
	case strings.Contains(text, "\x00") || len(text) > 65535:
		report(errBadTopic(v.Span, "a topic has at most 65535 bytes, and no NUL", "name it otherwise"))
	}
}

func checkQoS(st *spec.Stage, report spec.Report) {
	if e := st.Options.Entry("qos"); e != nil && !slices.Contains([]int{0, 1, 2}, st.Options.Int("qos")) {
		report(errBadQoS(e.Value.Span, e.Value.Text))
	}
}

func openSubscribe(s *Service, st *spec.Stage) *jen.Statement {
	o := st.Options
	options := jen.Qual(mqttPath, "SubscribeOptions").Types(s.goType(st.Out))
	return jen.Qual(mqttPath, "Subscribe").Call(jen.Id("s"), literal(options,
		field{"Stage", stageOptions(st.Name, st.Policy)},
		field{"Connection", connectionVar(st)},
		field{"Topic", text(o.Text("topic"))},
		field{"QoS", number(o.Int("qos"))},
		field{"Session", text(o.Text("session"))},
		field{"Decode", s.payload(st.Out)},
		field{"Fields", topicFields(st)},
	))
}

// topicFields are the fields that levels of the topic may fill; nil where none
// does.
func topicFields(st *spec.Stage) jen.Code {
	if fields, _ := spec.TemplateFields(st.Options.Text("topic")); len(fields) == 0 {
		return nil
	}
	return filledFields(st.Out)
}

func mqttPublish() Kind {
	return Kind{
		Kind: spec.Kind{
			Name: "mqtt.publish", Summary: "Publishes what arrives as MQTT messages.",
			Later: true, Sends: true,
			Connection: mqttProtocol,
			Options: []spec.Option{
				{Name: "connection", Type: spec.Name, Of: "connection", Required: true, Doc: "broker"},
				{Name: "topic", Type: spec.Template, Required: true, Doc: "topic; may hold {field}"},
				qosOption(),
				{Name: "retain", Type: spec.Flag, Doc: "the broker keeps the last message for new subscribers"},
				fieldOption(),
			},
			Check: checkPublish,
		},
		Uses:    Uses{Later: "Publishes each value and passes it on; it counts as sent when the broker has acknowledged it."},
		Example: "[stage.alert]\nkind       = \"mqtt.publish\"\nconnection = \"broker\"\ntopic      = \"plant/{sensor}/alert\"",
		Package: mqttPath,
		Type: func(s *Service, st *spec.Stage) *jen.Statement {
			return jen.Op("*").Qual(mqttPath, "Publisher").Types(s.takes(st))
		},
		Open: openPublish,
		Send: "Publish",
	}
}

func checkPublish(st *spec.Stage, report spec.Report) {
	checkBroker(st, report)
	checkQoS(st, report)
	if e := st.Options.Entry("topic"); e != nil {
		checkTopic(e.Value, report)
		text, _ := spec.DefaultOf(e.Value.Text)
		if strings.ContainsAny(text, "+#") {
			report(errBadTopic(e.Value.Span, "a message has one topic, without wildcards", "name the topic; {field} puts a field in"))
		}
	}
}

func openPublish(s *Service, st *spec.Stage) *jen.Statement {
	o := st.Options
	var fill jen.Code
	if t := st.Params[0]; t.Kind == spec.RecordOf {
		if texts := fieldTexts(t.Record, o.Text("topic")); texts != nil {
			fill = jen.Func().Params(jen.Id("v").Add(s.goType(t))).Index().String().Block(jen.Return(texts))
		}
	}
	options := jen.Qual(mqttPath, "PublishOptions").Types(s.takes(st))
	return jen.Qual(mqttPath, "NewPublisher").Call(jen.Id("s"), literal(options,
		field{"Stage", stageOptions(st.Name, st.Policy)},
		field{"Connection", connectionVar(st)},
		field{"Topic", text(o.Text("topic"))},
		field{"QoS", number(o.Int("qos"))},
		field{"Retain", flag(o.Bool("retain"))},
		field{"Fill", fill},
		field{"Content", s.content(st)},
	))
}

// Diagnostics of MQTT.

// errBrokerScheme says that a URL is not that of an MQTT broker.
func errBrokerScheme(at spec.Span, scheme string) spec.Diagnostic {
	return spec.NewError("FLOW034", at, "write mqtt://host:1883, mqtts://host:8883 or mqtt:embedded", "%q is no scheme of an MQTT broker", scheme+":")
}

// errBadTopic says that a text is no topic of MQTT.
func errBadTopic(at spec.Span, problem, help string) spec.Diagnostic {
	return spec.NewError("FLOW140", at, help, "%s", problem)
}

// errBadQoS says that MQTT has no such quality of service.
func errBadQoS(at spec.Span, text string) spec.Diagnostic {
	return spec.NewError("FLOW017", at, "write 0, 1 or 2", "there is no quality of service %s", text)
}
