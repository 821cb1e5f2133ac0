package templates

import (
	"slices"
	"strings"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/internal/setting"
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
				{Name: "topic", Type: spec.Text, Required: true, Fills: true, Doc: "topic filter; may hold + and #; {field} is a level that fills that field"},
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
	d, known := spec.DurationOf(o.Text("session"))
	return known && d < time.Second
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
	levels := setting.Levels(setting.ParseTemplate(e.Value.Text))
	for i, level := range levels {
		if text, fits := filterLevel(level, i == len(levels)-1); !fits {
			report(errBadTopic(e.Value.Span, "level \""+text+"\" of the topic is no wildcard and no name", "+ and {field} stand for a whole level, # for all levels at the end"))
		}
	}
	checkFilled(st, e.Value, report)
}

// filterLevel judges a level of a topic filter, and returns it as it is written.
func filterLevel(level []setting.Part, last bool) (text string, fits bool) {
	known, fields := true, 0
	for _, p := range level {
		text += p.Raw
		known = known && (p.Kind == setting.Text || p.Kind == setting.Field)
		if p.Kind == setting.Field {
			fields++
		}
	}
	return text, !known || fields == 1 && len(level) == 1 || fields == 0 && setting.FitsLevel(text, last)
}

// checkBroker refuses a connection that is none to a broker.
func checkBroker(st *spec.Stage, report spec.Report) {
	if st.Connection == nil {
		return
	}
	e := st.Connection.Options.Entry("url")
	if e == nil {
		return
	}
	url, known := setting.DefaultOfURL(setting.Parse(e.Value.Text))
	_, _, problem := setting.Broker(url)
	switch scheme := spec.Scheme(e.Value.Text); {
	case url == setting.Embedded:
	case problem == setting.URLScheme && scheme != "":
		report(errBrokerScheme(e.Value.Span, scheme))
	case known && problem != setting.URLFine:
		report(errBrokerURL(e.Value.Span, brokerProblems[problem]))
	}
}

// brokerProblems say what is wrong with the URL of a broker.
var brokerProblems = map[setting.URLProblem]string{
	setting.URLForm: "is malformed", setting.URLScheme: "has no scheme", setting.URLHost: "has no host",
	setting.URLPath: "has a path, but the topic stands in the stage",
}

// checkTopic refuses what no topic can be.
func checkTopic(v *spec.Value, report spec.Report) {
	text, known := spec.DefaultOf(v.Text)
	switch {
	case known && text == "":
		report(errBadTopic(v.Span, "the topic is empty", "name it"))
	case !setting.FitsTopic(text):
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

// errBrokerURL says that a text is no URL of an MQTT broker.
func errBrokerURL(at spec.Span, problem string) spec.Diagnostic {
	return spec.NewError("FLOW132", at, "write mqtt://host:1883, mqtts://host:8883 or mqtt:embedded", "the URL %s", problem)
}

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
