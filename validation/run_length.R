# The mean run length of upward CUSUM charts of single 0/1 outcomes, by Hawkins's program as the R
# package surveillance has it (Debian: r-cran-surveillance 1.20.3). Pinned in
# tests/care/test_safety_cusum.py. Columns: m, limit (steps), p, mean run length from zero.
#
#   Rscript validation/run_length.R
suppressMessages(library(surveillance))
charts <- list(c(4, 55, .16, 2), c(4, 12, .2, 2), c(5, 20, .1, 1), c(2, 10, .3, 1),
               c(10, 30, .05, 1), c(8, 24, .04, 3), c(20, 60, .03, 2))
for (x in charts)
  cat(x[1:3], format(arlCusum(h = x[2] / x[1], k = 1 / x[1], theta = x[3], distr = "binomial",
                              n = 1, digits = x[4])$ARL, digits = 12), "\n")
