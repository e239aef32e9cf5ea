package importer

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

const bufferBytes = 64 << 10

var errTooLong = errors.New("importer: input is too large")

// open unpacks gzip, drops byte order marks and turns UTF-16, which PowerShell writes,
// into UTF-8. What is read is bounded before and after unpacking.
func open(r io.Reader, o Options) (io.Reader, error) {
	most := cmp.Or(o.MaxBytes, MaxBytes)
	in := bufio.NewReaderSize(&counter{in: r, left: most, progress: o.Progress}, bufferBytes)
	if head, err := in.Peek(2); err == nil && head[0] == 0x1f && head[1] == 0x8b {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		in = bufio.NewReaderSize(&counter{in: unpacked, left: most}, bufferBytes)
	}
	head, err := in.Peek(3)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		_, err = in.Discard(3)
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		_, err = in.Discard(2)
		in = bufio.NewReaderSize(&wide{in: in, order: binary.LittleEndian}, bufferBytes)
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		_, err = in.Discard(2)
		in = bufio.NewReaderSize(&wide{in: in, order: binary.BigEndian}, bufferBytes)
	default:
		err = nil
	}
	return in, err
}

// counter bounds a reader and reports progress.
type counter struct {
	in       io.Reader
	left     int64
	read     int64
	told     int64
	progress func(int64)
}

// Read reads on until more than the limit has come.
func (c *counter) Read(p []byte) (int, error) {
	if c.left < 0 {
		return 0, errTooLong
	}
	if int64(len(p)) > c.left+1 {
		p = p[:c.left+1] // one more, to tell a full input from one that is too long
	}
	n, err := c.in.Read(p)
	c.left -= int64(n)
	c.read += int64(n)
	const step = 1 << 20
	if c.progress != nil && (c.read-c.told >= step || err == io.EOF) {
		c.told = c.read
		c.progress(c.read)
	}
	if c.left < 0 {
		return 0, errTooLong
	}
	return n, err
}

// wide reads UTF-16 as UTF-8.
type wide struct {
	in    *bufio.Reader
	order binary.ByteOrder
	out   []byte // decoded and not yet read
	high  rune   // first half of a pair, or 0
}

// Read decodes as much as one buffer of input holds.
func (w *wide) Read(p []byte) (int, error) {
	for len(w.out) == 0 {
		var unit [2]byte
		if _, err := io.ReadFull(w.in, unit[:]); err != nil {
			if err == io.ErrUnexpectedEOF {
				err = io.EOF // half a character at the end says nothing
			}
			return 0, err
		}
		r := rune(w.order.Uint16(unit[:]))
		switch {
		case w.high != 0:
			r, w.high = utf16.DecodeRune(w.high, r), 0
		case utf16.IsSurrogate(r):
			w.high = r
			continue
		}
		w.out = utf8.AppendRune(w.out[:0], r)
	}
	n := copy(p, w.out)
	w.out = w.out[n:]
	return n, nil
}
