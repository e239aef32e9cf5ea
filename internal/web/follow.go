package web

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
)

// A client that accepts this type follows a run: events tell how far it has come, the
// last one is the result or the problem.
const typeEvents = "text/event-stream"

// Events of a followed run.
const (
	eventRun      = "run"      // {"stop": address that ends the run early when DELETE is sent to it}
	eventProgress = "progress" // {"done": plans made, "total": plans to make}
	eventResult   = "result"   // what the address answers without following
	eventProblem  = "problem"  // a problem document
)

const (
	// patience is how long a run goes on before its first event: one that is over by then
	// fails with the status it would have without following.
	patience = 150 * time.Millisecond
	// heartbeat is how often progress is told while there is any.
	heartbeat = 200 * time.Millisecond
)

// wantsEvents says whether the client would follow a run.
func wantsEvents(r *http.Request) bool {
	if r.Method == http.MethodHead {
		return false
	}
	for accepted := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		if media, _, _ := strings.Cut(accepted, ";"); strings.TrimSpace(media) == typeEvents {
			return true
		}
	}
	return false
}

// follow runs work and streams how far it has come, then its result. Work that fails
// before the first event fails the request as it would without following. A client that
// leaves ends the request's context, and with it the work.
func (s *server) follow(w http.ResponseWriter, r *http.Request, work func(context.Context, *watch) ([]byte, error)) error {
	run := s.runs.begin()
	defer s.runs.end(run)
	events := &eventWriter{w: w}
	ended := make(chan struct{})
	var telling sync.WaitGroup
	telling.Go(func() { s.tell(r.Context(), events, run, ended) })
	end := sync.OnceFunc(func() { close(ended); telling.Wait() })
	defer end() // also when work panics
	result, err := work(r.Context(), run)
	end()
	switch {
	case err == nil:
		events.send(eventResult, result)
	case events.begun:
		p := s.describeProblem(r, err)
		body, _ := json.Marshal(p) // every member is text or a number
		events.send(eventProblem, body)
	default:
		return err
	}
	if events.failed != nil {
		s.log.DebugContext(r.Context(), "client went away", "error", events.failed)
	}
	return nil
}

// tell writes what there is to tell of a run until it has ended.
func (s *server) tell(ctx context.Context, events *eventWriter, run *watch, ended <-chan struct{}) {
	wait := time.NewTimer(patience)
	defer wait.Stop()
	var told *progressEvent
	for {
		select {
		case <-ended:
			return
		case <-ctx.Done():
			return
		case <-wait.C:
		}
		if !events.begun {
			events.sendJSON(eventRun, map[string]string{"stop": "/api/v1/runs/" + run.id})
		}
		if now := run.steps.Load(); now != told {
			told = now
			events.sendJSON(eventProgress, now)
		}
		wait.Reset(heartbeat)
	}
}

// deleteRun ends a run early: it answers its own request with what it has found.
func (s *server) deleteRun(w http.ResponseWriter, r *http.Request) error {
	if !s.runs.stop(chi.URLParam(r, "id")) {
		return notFound("There is no such run: it is over, or another server has it. Closing its connection ends it as well")
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// eventWriter writes server-sent events. After the first error it writes nothing more.
type eventWriter struct {
	w      http.ResponseWriter
	begun  bool
	failed error
}

func (e *eventWriter) sendJSON(event string, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		e.failed = err
		return
	}
	e.send(event, body)
}

// send writes one event; each line of data gets a field of its own, as the format wants.
func (e *eventWriter) send(event string, data []byte) {
	if e.failed != nil {
		return
	}
	if !e.begun {
		e.begun = true
		h := e.w.Header()
		h.Set("Content-Type", typeEvents)
		h.Set("Cache-Control", cacheNever)
		h.Set("X-Accel-Buffering", "no") // nginx passes events on as they come
		e.w.WriteHeader(http.StatusOK)
	}
	var b bytes.Buffer
	b.WriteString("event: " + event + "\n")
	for line := range bytes.SplitSeq(bytes.TrimSuffix(data, []byte("\n")), []byte("\n")) {
		b.WriteString("data: ")
		b.Write(line)
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	if _, e.failed = e.w.Write(b.Bytes()); e.failed == nil {
		e.failed = http.NewResponseController(e.w).Flush()
	}
}
