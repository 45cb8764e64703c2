console.log("ncf")
