# Times of metafor on the CSV files of benchmarks/evidence.py: prints name, milliseconds, estimate.
suppressMessages(library(metafor))
folder <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
measure <- function(name, runs, act, scale = 1, value = function(x) coef(x)) {
  found <- act()
  times <- replicate(runs, { start <- proc.time()[["elapsed"]]; act(); proc.time()[["elapsed"]] - start })
  cat(name, format(median(times) * 1000 * scale, digits = 10), format(value(found), digits = 12), sep = "\t"); cat("\n")
}
fit <- function(d) rma(yi, vi, data = d, method = "REML", test = "knha")
none <- function(x) NA
ten <- read("ten"); thousand <- read("thousand"); two <- read("two_hundred"); many <- read("many")
# the clock of R has milliseconds: small fits are timed a hundred together
measure("reml_10", 5, function() { for (i in 1:100) x <- fit(ten); x }, 1 / 100)
measure("dl_10", 5, function() { for (i in 1:100) x <- rma(yi, vi, data = ten, method = "DL"); x }, 1 / 100)
measure("reml_1000", 3, function() fit(thousand))
sample <- split(many, many$meta)[1:500]
failed <- 0
measure("many", 1, function() for (d in sample) tryCatch(fit(d), error = function(e) failed <<- failed + 1), 20, none)
message(failed / 2, " of 500 did not converge")
measure("loo_200", 1, function() leave1out(fit(two)), 1, none)
measure("loo_1000", 1, function() for (i in 1:10) fit(thousand[-i, ]), 100, none)
cat("version", as.character(packageVersion("metafor")), "", sep = "\t"); cat("\n")
