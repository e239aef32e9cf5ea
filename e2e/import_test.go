package e2e

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// cluster is a script that makes window.cluster(ballast), what kubectl prints for 3 nodes in
// as many zones and 12 Deployments, of which one lacks requests, one has an autoscaler and
// one has to be spread over zones. Ballast is the length of an annotation on each.
const cluster = `window.cluster = (ballast) => JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [
	...['a', 'b', 'c'].map((zone) => ({ kind: 'Node', spec: { providerID: 'aws:///us-east-1' + zone + '/i-0' + zone }, metadata: { name: 'node-' + zone, labels: {
		'node.kubernetes.io/instance-type': 'm6i.2xlarge', 'topology.kubernetes.io/region': 'us-east-1', 'topology.kubernetes.io/zone': 'us-east-1' + zone } },
		status: { capacity: { cpu: '8', memory: '32Gi', pods: '58' }, allocatable: { cpu: '7910m', memory: '30Gi', pods: '58' }, nodeInfo: { architecture: 'amd64', operatingSystem: 'linux' } } })),
	...Array.from({ length: 12 }, (_, i) => ({ kind: 'Deployment', metadata: { namespace: 'shop', name: 'service-' + i, annotations: { note: 'x'.repeat(ballast) } },
		spec: { replicas: 3, template: { spec: {
			...(i === 1 && { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' }] }),
			containers: [{ name: 'app', ...(i !== 2 && { resources: { requests: { cpu: '250m', memory: '256Mi' } } }) }] } } } })),
	{ kind: 'HorizontalPodAutoscaler', metadata: { namespace: 'shop', name: 'service-0' },
		spec: { minReplicas: 2, maxReplicas: 9, scaleTargetRef: { kind: 'Deployment', name: 'service-0' } }, status: { currentReplicas: 3 } },
] })`

// A file of 2.4 MB is dropped on the page. Script watches what the form tells on the way.
func TestAFileIsDroppedAndItsUploadTellsHowFarItIs(t *testing.T) {
	for _, v := range []view{laptop, {width: 390, height: 844, dark: true}} {
		b := open(t, startSite(t), v)
		b.visit("/import")
		b.accessibleInBoth("import")
		b.shoot("import", "body", v)
		eval[bool](b, "("+cluster+", true)")
		eval[bool](b, `(() => {
			window.told = []
			const form = document.querySelector('[data-upload]'), bar = form.querySelector('progress'), status = form.querySelector('[data-upload-status]')
			new MutationObserver(() => window.told.push((bar.hidden ? 'no bar: ' : 'bar: ') + status.textContent)).observe(status, { childList: true })
			const files = new DataTransfer()
			files.items.add(new File([window.cluster(200000)], 'cluster.json', { type: 'application/json' }))
			const drop = (name) => form.querySelector('.drop').dispatchEvent(new DragEvent(name, { dataTransfer: files, bubbles: true, cancelable: true }))
			drop('dragover')
			window.lit = form.querySelector('.drop').classList.contains('over')
			drop('drop')
			return true
		})()`)
		b.until("the review shows", "document.querySelector('#h-review')")
		if !eval[bool](b, "window.lit") {
			t.Error("the page does not show that a file can be dropped")
		}
		told := strings.Join(eval[[]string](b, "window.told"), "\n")
		for _, want := range []string{"bar: Sent 100 % of 2.4 MB", "bar: Sent. It is being read."} {
			if !strings.Contains(told, want) {
				t.Errorf("%d px: the form told\n%s\nand never %q", v.width, told, want)
			}
		}
		b.reviewed(v)
		// The page that came in takes another file.
		if !eval[bool](b, "!!document.querySelector('[data-upload] input[type=file]')") {
			t.Error("the page that came in takes no further file")
		}
	}
}

func TestTextIsPastedReviewedAndPlanned(t *testing.T) {
	for name, v := range map[string]view{"laptop, dark": {width: 1440, height: 900, dark: true}, "phone": {width: 390, height: 844}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, startSite(t), v)
			b.visit("/import")
			eval[bool](b, "("+cluster+", true)")
			eval[bool](b, "(document.querySelector('textarea[name=text]').value = window.cluster(0), true)")
			b.click("[data-upload] button.primary")
			b.until("the review shows", "document.querySelector('#h-review')")
			b.reviewed(v)
			b.do(chromedp.SetValue(chromedp.CSS(`[name="r.3.any_zone"]`), "n"))
			b.click(`button[value="plan"]`)
			b.until("the planner shows", "document.querySelector('#planner')")
			b.settled()
			list := eval[string](b, "new URLSearchParams(location.search).get('workloads') ?? new URLSearchParams(location.search).get('w')")
			rows := strings.Split(list, "~")
			if len(rows) != 12 || !strings.HasSuffix(rows[0], ",y,2,9") || strings.HasSuffix(rows[1], "y") || strings.HasSuffix(rows[3], "y") || !strings.HasSuffix(rows[4], "y") {
				t.Errorf("the planner has the workloads %q", rows)
			}
			b.shoot("planned", "#workloads", v)
			eval[bool](b, "(document.querySelector('#part-uncertainty details.more').open = true)")
			if text := b.text("#part-uncertainty"); !strings.Contains(text, "The replicas of 1 workload with an autoscaler differ") || !strings.Contains(text, "shop/service-0") {
				t.Errorf("the page does not say which workloads vary: %.600s", text)
			}
			b.shoot("sampled", "#part-uncertainty", v)
			// A cell is changed: what the table has no column for stays with its row.
			b.do(chromedp.SetValue(chromedp.CSS(`[name="w.0.replicas"]`), "5"))
			eval[bool](b, `document.querySelector('[name="w.0.replicas"]').dispatchEvent(new Event('change', { bubbles: true }))`)
			b.until("the address has the new replicas", `/service-0,D,5,.*,y,2,9~/.test(decodeURIComponent(location.search))`)
			b.settled()
		})
	}
}

// reviewed checks a review of the cluster: complete, no wider than the screen, accessible.
func (b *tab) reviewed(v view) {
	b.t.Helper()
	review := b.text("main")
	for _, want := range []string{"12 workloads", "36 pods", "Container app has no CPU and memory request", "2–9", "Containers without requests", "you run 3 nodes"} {
		if !strings.Contains(strings.ToLower(review), strings.ToLower(want)) {
			b.t.Errorf("%d px: the review does not say %q", v.width, want)
		}
	}
	if got := eval[string](b, `[...document.querySelectorAll('select[name$=".any_zone"]')].slice(0, 3).map((s) => s.value).join()`); got != "y,n,y" {
		b.t.Errorf("%d px: zones of the first rows are %s, want any, evenly, any", v.width, got)
	}
	if wide := eval[float64](b, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
		b.t.Errorf("the review is %v px wider than %d", wide, v.width)
	}
	b.accessibleInBoth("the review")
	b.shoot("review", "body", v)
}

// shoot takes a picture of a part of the page into the folder that E2E_SHOTS names, if any.
func (b *tab) shoot(name, selector string, v view) {
	folder := os.Getenv("E2E_SHOTS")
	if folder == "" {
		return
	}
	for _, dark := range []bool{false, true} {
		b.dress(dark)
		picture, err := chromedp.Run(b.ctx, chromedp.Screenshot(chromedp.CSS(selector)))
		if err == nil {
			scheme := map[bool]string{false: "light", true: "dark"}[dark]
			err = os.WriteFile(filepath.Join(folder, name+"-"+strconv.FormatInt(v.width, 10)+"-"+scheme+".png"), picture, 0o644)
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
	b.dress(v.dark)
}
