package store

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// classifyFileError says which sentinel an error of the file system is, nil for none.
func classifyFileError(err error) error {
	var pathErr *fs.PathError
	switch {
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return ErrReadOnly
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return ErrFull
	case errors.As(err, &pathErr), errors.Is(err, os.ErrNotExist):
		return ErrUnavailable
	}
	return nil
}
