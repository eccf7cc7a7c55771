module github.com/flaglens/flaglens

go 1.26.0
