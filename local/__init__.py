"""Run Prosa on one machine: embedded servers, the demo's processes, the test run. Knows nothing of Django."""
