package importer

import (
	"bufio"
	"bytes"
	"io"
	"strings"
)

// source reads lines, and lets what was read ahead be put back.
type source struct {
	base io.Reader
	pre  []byte // put back: read before base
	in   *bufio.Reader
	line int    // number of the line read last
	held []byte // the line read last
	end  string // what ended it: "", "\n" or "\r\n"
	back bool   // held is to be read again
}

func newSource(base io.Reader) *source {
	src := &source{base: base}
	src.in = bufio.NewReaderSize(behind{src}, bufferBytes)
	return src
}

// behind reads what was put back and then the input.
type behind struct{ src *source }

// Read serves the bytes put back first.
func (b behind) Read(p []byte) (int, error) {
	if len(b.src.pre) > 0 {
		n := copy(p, b.src.pre)
		b.src.pre = b.src.pre[n:]
		return n, nil
	}
	return b.src.base.Read(p)
}

// next returns the next line without its end, good until the next call.
func (src *source) next() ([]byte, error) {
	src.line++
	if src.back {
		src.back = false
		return src.held, nil
	}
	src.held = src.held[:0]
	for {
		part, err := src.in.ReadSlice('\n')
		src.held = append(src.held, part...)
		if err == bufio.ErrBufferFull {
			continue
		}
		if err == io.EOF && len(src.held) > 0 {
			err = nil
		}
		line := bytes.TrimSuffix(bytes.TrimSuffix(src.held, []byte("\n")), []byte("\r"))
		src.end = string(src.held[len(line):])
		src.held = line
		return line, err
	}
}

// unread puts the line just read back.
func (src *source) unread() {
	src.line--
	src.back = true
}

// peek shows what follows the line read last, as much as is there.
func (src *source) peek() []byte {
	ahead, err := src.in.Peek(src.in.Size())
	if err != nil && len(ahead) == 0 {
		return nil
	}
	return ahead
}

// reader gives the rest of the input as bytes; a line put back comes first.
func (src *source) reader() io.Reader {
	if src.back {
		src.back = false
		src.putBack(append(bytes.Clone(src.held), src.end...))
	}
	return src.in
}

// putBack makes bytes the next to be read.
func (src *source) putBack(ahead []byte) {
	waiting, err := src.in.Peek(src.in.Buffered())
	if err != nil {
		waiting = nil // cannot be: Buffered bytes are there
	}
	src.pre = bytes.Join([][]byte{ahead, waiting, src.pre}, nil)
	src.in.Reset(behind{src})
}

// sniff looks at the first line that says something and tells the format. Blank lines,
// comments, kubectl's warnings and document marks before it are consumed.
func (src *source) sniff() (format, error) {
	for {
		line, err := src.next()
		if err != nil {
			return formatUnknown, err
		}
		text := strings.TrimSpace(string(line[:min(len(line), 4096)]))
		rest, mark := strings.CutPrefix(string(line), "---")
		warned := strings.HasPrefix(text, "Warning: ") // kubectl's own, sent along with 2>&1
		if text == "" || text == "..." || text[0] == '#' || warned || mark && strings.TrimSpace(rest) == "" {
			continue
		}
		if mark && (rest[0] == ' ' || rest[0] == '\t') {
			text = strings.TrimSpace(rest)
			if text[0] == '#' {
				continue
			}
			src.held = src.held[len("---"):]
		}
		src.unread()
		return formatOf(text, src.peek()), nil
	}
}
