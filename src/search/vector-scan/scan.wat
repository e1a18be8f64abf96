;; The loops of the exact scan (simd-scan.ts). `npm run assemble` makes scan-program.ts of this; a test fails when the two differ.
(module
  (import "scan" "memory" (memory 0))

  ;; scores[i] = f32(dot(vectors[i], query)) * inverseNorms[i] * factor
  ;; Vectors: int8, `stride` bytes each, a multiple of 16. Query: int16, `stride` of them. `count`: a multiple of 4.
  ;; All addresses are multiples of 16. Four vectors at a time share each load of the query.
  (func (export "scores")
    (param $vectors i32) (param $stride i32) (param $count i32)
    (param $query i32) (param $factor f32) (param $inverseNorms i32) (param $scores i32)
    (local $scoresEnd i32) (local $second i32) (local $third i32) (local $fourth i32) (local $rowEnd i32) (local $q i32)
    (local $low v128) (local $high v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $ab v128) (local $cd v128)
    (local.set $scoresEnd (i32.add (local.get $scores) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $rows
        (br_if $done (i32.ge_u (local.get $scores) (local.get $scoresEnd)))
        (local.set $rowEnd (i32.add (local.get $vectors) (local.get $stride)))
        (local.set $second (local.get $rowEnd))
        (local.set $third (i32.add (local.get $second) (local.get $stride)))
        (local.set $fourth (i32.add (local.get $third) (local.get $stride)))
        (local.set $q (local.get $query))
        (local.set $a (v128.const i32x4 0 0 0 0))
        (local.set $b (v128.const i32x4 0 0 0 0))
        (local.set $c (v128.const i32x4 0 0 0 0))
        (local.set $d (v128.const i32x4 0 0 0 0))
        (loop $components
          (local.set $low (v128.load (local.get $q)))
          (local.set $high (v128.load offset=16 (local.get $q)))
          (local.set $a (i32x4.add (local.get $a) (i32x4.add
            (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $vectors)) (local.get $low))
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $vectors)) (local.get $high)))))
          (local.set $b (i32x4.add (local.get $b) (i32x4.add
            (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $second)) (local.get $low))
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $second)) (local.get $high)))))
          (local.set $c (i32x4.add (local.get $c) (i32x4.add
            (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $third)) (local.get $low))
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $third)) (local.get $high)))))
          (local.set $d (i32x4.add (local.get $d) (i32x4.add
            (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $fourth)) (local.get $low))
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $fourth)) (local.get $high)))))
          (local.set $q (i32.add (local.get $q) (i32.const 32)))
          (local.set $second (i32.add (local.get $second) (i32.const 16)))
          (local.set $third (i32.add (local.get $third) (i32.const 16)))
          (local.set $fourth (i32.add (local.get $fourth) (i32.const 16)))
          (local.set $vectors (i32.add (local.get $vectors) (i32.const 16)))
          (br_if $components (i32.lt_u (local.get $vectors) (local.get $rowEnd))))
        ;; Four sums of four lanes each become the four lanes of one: transposed by two rounds of interleaving.
        (local.set $ab (i32x4.add
          (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b))
          (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b))))
        (local.set $cd (i32x4.add
          (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $c) (local.get $d))
          (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $c) (local.get $d))))
        (v128.store (local.get $scores)
          (f32x4.mul
            (f32x4.mul
              (f32x4.convert_i32x4_s (i32x4.add
                (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $ab) (local.get $cd))
                (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $ab) (local.get $cd))))
              (v128.load (local.get $inverseNorms)))
            (f32x4.splat (local.get $factor))))
        (local.set $inverseNorms (i32.add (local.get $inverseNorms) (i32.const 16)))
        (local.set $scores (i32.add (local.get $scores) (i32.const 16)))
        ;; Behind the fourth row stands the first of the next four.
        (local.set $vectors (local.get $fourth))
        (br $rows))))

  ;; Sum of the squares of one vector of `length` int8 components, a multiple of 16. Exact up to 131,000 components.
  (func (export "squares") (param $vector i32) (param $length i32) (result i32)
    (local $end i32) (local $low v128) (local $high v128) (local $sum v128)
    (local.set $end (i32.add (local.get $vector) (local.get $length)))
    (loop $components
      (local.set $low (v128.load8x8_s (local.get $vector)))
      (local.set $high (v128.load8x8_s offset=8 (local.get $vector)))
      (local.set $sum (i32x4.add (local.get $sum) (i32x4.add
        (i32x4.dot_i16x8_s (local.get $low) (local.get $low))
        (i32x4.dot_i16x8_s (local.get $high) (local.get $high)))))
      (local.set $vector (i32.add (local.get $vector) (i32.const 16)))
      (br_if $components (i32.lt_u (local.get $vector) (local.get $end))))
    (i32.add
      (i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
      (i32.add (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum))))))
