package importer

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"meshplan/internal/model"
)

// overgrownBytes is a sixteenth of what an import takes, and overgrownMemoryMiB half of what
// it may take for all of it: enough to tell what grows with the square, or a hundredfold.
const overgrownBytes, overgrownMemoryMiB = 4 << 20, 256

// repeatedText reads as head, then part over and over, then tail, with every # in part
// replaced by the number of the round.
type repeatedText struct {
	head, part, tail string
	most             int // rounds; 0 = as many as overgrownBytes hold
}

func (r repeatedText) reader() io.Reader {
	out, pipe := io.Pipe()
	go func() {
		in := bufio.NewWriterSize(pipe, 64<<10)
		fmt.Fprint(in, r.head)
		for i, written := 0, 0; written < overgrownBytes && (r.most == 0 || i < r.most); i++ {
			n, err := in.WriteString(strings.ReplaceAll(r.part, "#", strconv.Itoa(i)))
			if err != nil {
				return
			}
			written += n
		}
		fmt.Fprint(in, r.tail)
		pipe.CloseWithError(in.Flush())
	}()
	return out
}

const podHead = `{"kind":"Pod","metadata":{"name":"a","labels":{"app":"a"}},"spec":{`

// overgrown are inputs that grow where real ones do not: lists in one object, kinds of
// which a cluster has few, lines without an end.
var overgrown = map[string]repeatedText{
	"JSON, containers without end": {podHead + `"containers":[{}`, `,{}`, `]}}`, 0},
	"JSON, numbers without end":    {`{"kind":"Pod","a":[1`, `,1`, `]}`, 0},
	"JSON, container statuses":     {podHead + `"containers":[{}]},"status":{"containerStatuses":[{}`, `,{"name":"c#"}`, `]}}`, 0},
	"JSON, topology keys":          {podHead + `"topologySpreadConstraints":[{}`, `,{"topologyKey":"k#","whenUnsatisfiable":"DoNotSchedule"}`, `]}}`, 0},
	"JSON, node types":             {podHead + `"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"node.kubernetes.io/instance-type","operator":"In","values":["a"`, `,"m#"`, `]}]}]}}}}}`, 0},
	"JSON, taints of a node":       {`{"kind":"Node","metadata":{"name":"a"},"spec":{"taints":[{}`, `,{"key":"k#","effect":"NoSchedule"}`, `]}}`, 0},
	"JSON, labels":                 {`{"kind":"Pod","metadata":{"name":"a","labels":{"a":"b"`, `,"k#":1`, `}}}`, 0},
	"JSON, names given twice":      {`{"kind":"List","items":[{"kind":"Service"}`, `,{"a":1,"a":1,"kind":"Service"}`, `]}`, 0},
	"JSON, nodes of a type each":   {`{"kind":"List","items":[{"kind":"Service"}`, `,{"kind":"Node","metadata":{"name":"#","labels":{"node.kubernetes.io/instance-type":"t#","topology.kubernetes.io/zone":"z#"}},"spec":{"providerID":"aws:"}}`, `]}`, 0},
	"JSON, budgets":                {`{"kind":"List","items":[` + manyDeployments(5000), `,{"kind":"PodDisruptionBudget","spec":{"selector":{"matchExpressions":[{"key":"x","operator":"Exists"}]}}}`, `]}`, 0},
	"JSON, objects given twice":    {`{"kind":"List","items":[` + manyDeployments(20_000), `,{"kind":"Deployment","metadata":{"name":"w1"},"spec":{"template":{}}}`, `]}`, 0},
	"JSON, selectors of nodes":     {`{"kind":"List","items":[` + manyDeployments(20_000), `,{"kind":"Node","metadata":{"name":"#","labels":{"node.kubernetes.io/instance-type":"t","a":"c"}}}`, `]}`, 0},
	"JSON, series of points":       {`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"pod":"a"},"values":[[1,"1"]`, `,[1,"1"]`, `]}]}}`, 0},
	"JSON, series":                 {`{"status":"success","data":{"resultType":"vector","result":[{"metric":{"pod":"a"},"value":[1,"1"]}`, `,{"metric":{"pod":"a#"},"value":[1,"1"]}`, `]}}`, 0},
	"YAML, numbers without end":    {"kind: Pod\na: [1", ",1", "]\n", 0},
	"YAML, a list at the top":      {"- kind: Service\n", "- kind: Service\n", "", 100_000},
	"YAML, a list in flow style":   {"kind: List\nitems: [{kind: Service}", ",{kind: Service}", "]\n", 0},
	"CSV, columns without end":     {"name,", "a,", "\nx\n", 0},
	"CSV, cells without end":       {"name,cpu\nx", ",", "\n", 0},
	"CSV, cells beyond the header": {"name,cpu\n", "x" + strings.Repeat(",", 3200) + "\n", "", 0},
	"CSV, a quote that opens":      {"name,cpu\n", "\"\n\",", "\n", 0},
	"top, samples":                 {"NAME CPU(cores) MEMORY(bytes)\n", "a# 1 1\n", "", 0},
	"a line without end":           {"a: ", "x", "", 0},
	"YAML, documents of one line":  {"", "---\nkind: Service\n", "", 0},
	"JSON and YAML in turn":        {"", "{\"kind\":\"Service\"}\n---\nkind: Service\n---\n", "", 10_000},
	"describe, pods":               {"Name: a\nRoles: x\nNon-terminated Pods: (1)\n", "  a b# 1 (0%) 0 (0%) 1Gi (0%) 0 (0%) 5d\n", "", 0},
	"describe, taints":             {"Name: a\nRoles: x\nTaints: a\n", "  k#:NoSchedule\n", "", 0},
}

func manyDeployments(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"kind":"Deployment","metadata":{"name":"w%d"},"spec":{"template":{"spec":{"nodeSelector":{"a":"b"}}}}}`, i)
	}
	return b.String()
}

// TestOvergrownInputStaysInBounds imports each in a process of its own, which tells the
// most memory that it took. Two minutes are a hundred times what one needs.
func TestOvergrownInputStaysInBounds(t *testing.T) {
	if name := os.Getenv("IMPORT_OVERGROWN"); name != "" {
		_, err := Import(overgrown[name].reader(), Options{})
		var wrong *model.InputError
		if err != nil && !errors.As(err, &wrong) {
			t.Fatalf("the error is %v (%T), want an *InputError", err, err)
		}
		if err != nil {
			fmt.Println(shorten(err.Error()))
		}
		return
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sortedKeys(overgrown) {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
			defer cancel()
			child := exec.CommandContext(ctx, program, "-test.run=^TestOvergrownInputStaysInBounds$")
			child.Env = append(os.Environ(), "IMPORT_OVERGROWN="+name, "GOMEMLIMIT=")
			said, err := child.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", errors.Join(err, ctx.Err()), shorten(string(said)))
			}
			usage, ok := child.ProcessState.SysUsage().(*syscall.Rusage)
			if !ok {
				t.Skip("this system does not tell the memory of a process")
			}
			t.Logf("%d MiB, %v of CPU: %s", usage.Maxrss>>10, child.ProcessState.UserTime()+child.ProcessState.SystemTime(), shorten(string(said)))
			if usage.Maxrss>>10 > overgrownMemoryMiB {
				t.Errorf("%d MiB were taken, above %d", usage.Maxrss>>10, overgrownMemoryMiB)
			}
		})
	}
}
