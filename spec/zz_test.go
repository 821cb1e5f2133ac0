package spec
import ("testing";"fmt")
func TestZZ(t *testing.T){
 f,_:=Parse("flow.toml",[]byte("a = \"{a}\"\nb = \"x{a}\"\nc=[ 'x', '{a}' ]\n"))
 for _,e:=range f.Root.Entries { fmt.Println(e.Key, e.Value.Span.Start,e.Value.Span.End, e.Value.SpanOf("{a}").Start) 
 for _,i:=range e.Value.Items { fmt.Println(i.Text, i.Span.Start,i.Span.End) } }
}
